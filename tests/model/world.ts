/**
 * A run's world: one server at a time on one directory, the devices and their connections, and time.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Identity } from "../../realtime/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { risingIds, startInstance, type TestInstance } from "../support/instance.ts";
import { Device } from "./device.ts";
import type { Figures } from "./figures.ts";
import { type Handover, type Known, Quota, Typing } from "./known.ts";
import { Line } from "./line.ts";
import { Marks } from "./marks.ts";
import { Observer } from "./observer.ts";
import type { Place } from "./place.ts";
import { Posts } from "./posts.ts";
import { PresenceTruth } from "./presence_truth.ts";
import { Refusal, type RefusalKind } from "./refusal.ts";
import { isRefusing } from "./refusals.ts";
import { type Setting, SETTLED } from "./scenario.ts";
import { Delays, slowStore } from "./slow_store.ts";
import { SignIns } from "./sign_ins.ts";
import { Truth } from "./truth.ts";
import { Visit } from "./visit.ts";

/** Turns without a sign of life after which nothing moves any more. */
const QUIET_TURNS = 3;
/** More than anything takes. */
const MAX_TURNS = 2_000;
/** A connection whose client is gone is noticed after this long, in ms; the protocol allows a minute. */
const NOTICED_AFTER_MS = 45_000;
/** Everything of one run. */
export class World implements Known, Disposable {
  readonly setting: Setting;
  readonly figures: Figures;
  readonly truth = new Truth();
  readonly marks = new Marks();
  readonly presence = new PresenceTruth();
  readonly quota = new Quota();
  readonly typing = new Typing();
  readonly watched = new Set<string>();
  readonly replaced = new Set<object>();
  readonly handovers: Handover[] = [];
  readonly cutReaders = new Set<number>();
  readonly devices: readonly Device[];
  readonly posts = new Posts(this);
  guests: Device[] = [];
  epoch: string | null = null;
  refusals = 0;
  isEchoing = false;
  isEnding = false;
  readonly #place: Place;
  readonly #newId = risingIds();
  readonly #readers = new Map<number, Observer>();
  #clock = new FakeClock();
  #delays = new Delays([]);
  #running: TestInstance | null = null;
  #refusal: Refusal | null = null;
  /** The connections that the server knows of, oldest first. */
  #lines: Line[] = [];
  #sent = 0;
  readonly #sessions = new SignIns(this);

  private constructor(setting: Setting, place: Place, figures: Figures) {
    this.setting = setting;
    this.#place = place;
    this.figures = figures;
    this.devices = setting.devices.map((kind, index) => new Device(this, index, kind));
  }

  /** Starts a server on a directory made as new. */
  static async begin(setting: Setting, place: Place, figures: Figures): Promise<World> {
    place.renew();
    const world = new World(setting, place, figures);
    await world.#start();
    return world;
  }

  /** The server. */
  get server(): TestInstance {
    assert.ok(this.#running !== null, "there is no server");
    return this.#running;
  }

  /** Whoever reads the list of a user. */
  readerOf(user: number): Observer {
    const reader = this.#readers.get(user) ?? new Observer(user, this);
    this.#readers.set(user, reader);
    return reader;
  }

  isReading(user: number): boolean {
    return this.cutReaders.has(user) ||
      this.devices.some(({ user: other, kind, visit }) =>
        other === user && kind.confirms === "never" && visit !== null &&
        visit.asks.count("sync", "history") > 0
      );
  }

  now(): number {
    return this.#clock.now();
  }

  /** Opens a connection for a device; false: its session could not be stored. */
  async connect(device: Device): Promise<boolean> {
    device.visit?.end();
    if (!await this.#sessions.signIn(device, this.server.store)) return false;
    const { user, kind, session } = device;
    const line = new Line(user, {
      sent: (frame) => {
        this.#sent++;
        if (frame.type !== "private" || kind.confirms !== "never") return;
        this.marks.handed(user, frame.data.conversation_id, frame.data.seq);
      },
      over: () => this.#over(line),
    });
    const visit = new Visit(this, device, line);
    device.visit = visit;
    this.#lines.push(line);
    this.presence.opened(user, this.now());
    const own = this.#lines.filter((one) => one.user === user);
    const oldest = own.length > this.setting.connections ? own[0] : undefined;
    if (oldest !== undefined) this.replaced.add(oldest);
    const identity: Identity = {
      userId: user,
      username: `user${user}`,
      session: session?.session ?? null,
      language: "en",
    };
    line.open(this.server.realtime.accept(identity, line, kind.confirms === "protocol"));
    if (oldest !== undefined) assert.equal(oldest.closedWith, 4509, `the oldest connection of user ${user}`);
    if (kind.confirms === "hello") visit.write({ type: "hello", data: { device: "x", confirm: true } }, null);
    return true;
  }

  /** Lets some turns of the event loop pass, or all until nothing moves; then the clients read. */
  async pass(turns: number): Promise<void> {
    if (turns < SETTLED) {
      await this.turns(turns);
      return this.read();
    }
    await this.settle();
    const isQuiet = this.#delays.open === 0 && !isRefusing(this);
    const waiting = this.#visits().map((visit) => ({ visit, ids: visit.asks.waiting() }));
    this.read();
    for (const { visit, ids } of isQuiet ? waiting : []) visit.checkAnswered(ids);
  }

  /** Turns of the event loop in which no client reads. */
  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Until nothing moves; clients read nothing meanwhile. */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const before = this.#delays.asked + this.#sent;
      await this.turns(1);
      const isQuiet = this.#delays.asked + this.#sent === before && this.#delays.sleeping === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (quiet === QUIET_TURNS) return this.#settled();
    }
    assert.fail("it never comes to rest");
  }

  /** All clients read what has arrived. */
  read(): void {
    for (const visit of this.#visits()) visit.read();
    this.posts.read();
  }

  /** Moves the clock, and with it what waits for time; then lets the server notice who is gone. */
  async tick(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    for (const line of [...this.#lines]) {
      if (line.isVanished && line.vanishedAt + NOTICED_AFTER_MS <= this.now()) line.cut();
    }
    this.presence.moved(this.now());
  }

  /** The store refuses from now on, or no longer. */
  refuse(kind: RefusalKind | null): void {
    if (this.#refusal !== null) {
      this.#refusal.end();
      this.#refusal = null;
      this.refusals++;
      this.isEchoing = true;
    }
    this.handovers.length = 0;
    if (kind === null) return;
    this.#refusal = new Refusal(kind, this.server.store, this.#place.database);
    this.refusals++;
  }

  /** Ends the server as it wants to be ended, and starts another. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /** Ends the server in the middle of whatever it does, and starts another. */
  async kill(): Promise<void> {
    const { server } = this;
    this.refuse(null);
    this.#running = null;
    server.kill();
    for (const line of this.#lines) line.breakOff();
    this.posts.lose();
    this.#forget();
    await this.#start();
  }

  /** Ends the server as it wants to be ended. */
  async stop(): Promise<void> {
    this.isEnding = true;
    await this.server[Symbol.asyncDispose]();
    this.#running = null;
    this.refuse(null);
    this.read();
    this.posts.lose();
    this.#forget();
    this.isEnding = false;
  }

  /** Lets go of the directory, wherever the run was. */
  [Symbol.dispose](): void {
    if (this.#running === null) return;
    this.refuse(null);
    this.#running.store.abandon();
  }

  async #start(): Promise<void> {
    const { mode, everyoneBelow, messages, frames, connections, buffer, delays } = this.setting;
    this.#clock = new FakeClock(this.#clock.now());
    this.#delays = new Delays(delays);
    this.#running = await startInstance({
      dataDir: this.#place.path,
      clock: this.#clock,
      newId: this.#newId,
      through: (store) => slowStore(store, this.#delays),
      mode,
      presenceEveryoneBelow: everyoneBelow,
      limits: { messages, frames, connections, buffer },
    });
    this.quota.restart(this.now());
  }

  /** No client has a connection any more. */
  #forget(): void {
    for (const visit of this.#visits()) visit.end();
    this.guests = [];
    this.#lines = [];
    this.handovers.length = 0;
    this.presence.forget();
  }

  #visits(): readonly Visit[] {
    return [...this.devices, ...this.guests].flatMap(({ visit }) => visit ?? []);
  }

  #over(line: Line): void {
    this.#lines = this.#lines.filter((one) => one !== line);
    this.presence.closed(line.user, this.now());
  }

  /** Nothing moves: what nobody will hear of is as far as it goes, and what was told is stored. */
  #settled(): void {
    // Another program's lock holds back what is not refused.
    if (this.#delays.open > 0) return;
    const last = this.server.store.database.raw.prepare(
      "select last_seq as last from conversation where id = ?",
    );
    const lastOf = (id: string): number => Number(last.get(id)?.["last"] ?? 0);
    this.marks.limit(lastOf);
    for (const user of this.cutReaders) {
      // What waited behind the answer counts as handed over.
      for (const id of this.truth.possibleConversations(user)) this.marks.handed(user, id, lastOf(id));
    }
    this.cutReaders.clear();
    const handovers = this.handovers.splice(0);
    const isSure = !isRefusing(this) && !this.isEchoing;
    this.isEchoing = false;
    if (!isSure) return;
    for (const { user, conversation, seq } of handovers) {
      this.marks.handedSurely(user, conversation, seq);
    }
  }
}
