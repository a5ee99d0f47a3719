/**
 * A run's world: the ground it stands on, the devices and their connections, and time.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Identity } from "../../realtime/mod.ts";
import { Deliveries } from "./deliveries.ts";
import { Device } from "./device.ts";
import type { Figures } from "./figures.ts";
import { Ground, type Server } from "./ground.ts";
import { type Known, Quotas, Typing } from "./known.ts";
import { Lines } from "./lines.ts";
import { Marks } from "./marks.ts";
import { Readers } from "./observer.ts";
import type { Place } from "./place.ts";
import { Posts } from "./posts.ts";
import { PresenceTruth } from "./presence_truth.ts";
import { checkNoHoles } from "./reaching.ts";
import { Refusal, type RefusalKind } from "./refusal.ts";
import { isRefusing } from "./refusals.ts";
import { type Setting, SETTLED } from "./scenario.ts";
import { SignIns } from "./sign_ins.ts";
import { Truth } from "./truth.ts";
import { Visit } from "./visit.ts";

/** Turns without a sign of life after which nothing moves any more. */
const QUIET_TURNS = 3;
/** More than anything takes. */
const MAX_TURNS = 2_000;
/** Everything of one run. */
export class World implements Known, Disposable {
  readonly setting: Setting;
  readonly figures: Figures;
  readonly ground: Ground;
  readonly truth = new Truth();
  readonly marks = new Marks();
  readonly presence: PresenceTruth;
  readonly quotas = new Quotas();
  readonly typing = new Typing();
  readonly watched = new Set<string>();
  readonly replaced = new Set<object>();
  readonly ending = new Set<Server>();
  readonly deliveries = new Deliveries();
  readonly devices: readonly Device[];
  readonly posts = new Posts(this);
  readonly readers = new Readers(this);
  /** Devices whose instance died by itself, and that will come back. */
  readonly stranded: Device[] = [];
  guests: Device[] = [];
  epoch: string | null = null;
  refusals = 0;
  isEchoing = false;
  readonly #place: Place;
  #refusal: Refusal | null = null;
  /** Instances whose people come back when they die by themselves. */
  readonly #missed = new Set<Server>();
  readonly #sessions = new SignIns(this);
  readonly #lines = new Lines(this);

  private constructor(setting: Setting, place: Place, figures: Figures) {
    this.setting = setting;
    this.#place = place;
    this.figures = figures;
    this.presence = new PresenceTruth(setting.instances > 1);
    this.ground = new Ground({ setting, place, onDeath: (server) => this.#died(server) });
    this.devices = setting.devices.map((kind, index) => new Device(this, index, kind));
  }

  /** Starts the instances on a directory made as new. */
  static async begin(setting: Setting, place: Place, figures: Figures): Promise<World> {
    place.renew();
    const world = new World(setting, place, figures);
    await world.#start();
    return world;
  }

  /** One of the instances, whatever number comes. */
  server(number: number): Server {
    const { alive } = this.ground;
    const server = alive[number % alive.length];
    assert.ok(server !== undefined, "there is no server");
    return server;
  }

  /** The instance a device is connected to, or one that it may find. */
  near({ visit, index }: Device): Server {
    const at = visit?.line.at;
    return at !== undefined && this.ground.alive.includes(at) ? at : this.server(index);
  }

  isReading(user: number): boolean {
    return this.deliveries.wasCut(user) ||
      this.devices.some(({ user: other, kind, visit }) =>
        other === user && kind.confirms === "never" && visit !== null &&
        visit.asks.count("sync", "history") > 0
      );
  }

  now(): number {
    return this.ground.clock.now();
  }

  wasRough(since: number): boolean {
    return this.ground.wasRough(since);
  }

  /** Opens a connection for a device; false: its session could not be stored, or the instance is gone. */
  async connect(device: Device, at: Server = this.near(device)): Promise<boolean> {
    device.visit?.end();
    if (!await this.#sessions.signIn(device, this.ground.store)) return false;
    if (!this.ground.alive.includes(at)) return false;
    const { user, kind, session } = device;
    const line = this.#lines.add(device, at);
    device.visit = new Visit(this, device, line);
    const oldest = this.#lines.replacedBy(line);
    if (oldest !== null) this.replaced.add(oldest);
    const identity: Identity = {
      userId: user,
      username: `user${user}`,
      session: session?.session ?? null,
      language: "en",
    };
    line.open(at.realtime.accept(identity, line, kind.confirms === "protocol"));
    if (oldest !== null) assert.equal(oldest.closedWith, 4509, `the oldest connection of user ${user}`);
    if (kind.confirms !== "hello") return true;
    device.visit.write({ type: "hello", data: { device: "x", confirm: true } }, null);
    return true;
  }

  /** Lets some turns of the event loop pass, or all until nothing moves; then the clients read. */
  async pass(turns: number): Promise<void> {
    if (turns < SETTLED) {
      await this.turns(turns);
      return this.read();
    }
    await this.settle();
    const isQuiet = this.ground.delays.open === 0 && !isRefusing(this);
    const waiting = this.#visits().map((visit) => ({ visit, ids: visit.asks.waiting() }));
    this.read();
    if (!isQuiet) return;
    for (const { visit, ids } of waiting) visit.checkAnswered(ids);
    checkNoHoles(this);
  }

  /** Turns of the event loop in which no client reads. */
  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Until nothing moves; clients read nothing meanwhile. */
  async settle(): Promise<void> {
    const { delays } = this.ground;
    let quiet = 0;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const before = delays.asked + this.#lines.sent;
      await this.turns(1);
      const isQuiet = delays.asked + this.#lines.sent === before && delays.sleeping === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      if (quiet === QUIET_TURNS) return this.#settled();
    }
    assert.fail("it never comes to rest");
  }

  /** All clients read what has arrived, and do what is due. */
  read(): void {
    for (const visit of this.#visits()) visit.read();
    this.posts.read();
  }

  /** Moves the clock, and with it what waits for time; then lets the server notice who is gone. */
  async tick(ms: number): Promise<void> {
    await this.ground.clock.advance(ms);
    this.#lines.noticeVanished();
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
    this.deliveries.forget();
    if (kind === null) return;
    this.#refusal = new Refusal(kind, this.ground.store, this.#place.database);
    this.refusals++;
  }

  /** Ends everything as it wants to be ended, and starts it again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /** Ends everything in the middle of whatever it does, and starts it again. */
  async kill(): Promise<void> {
    this.refuse(null);
    const servers = this.ground.alive;
    this.ground.killAll();
    for (const server of servers) this.#lose(server);
    this.#forget();
    await this.#start();
  }

  /** Ends everything as it wants to be ended. */
  async stop(): Promise<void> {
    const servers = this.ground.alive;
    for (const server of servers) this.ending.add(server);
    await this.ground.stopAll();
    this.refuse(null);
    this.read();
    for (const server of servers) this.#lose(server);
    this.#forget();
    this.ending.clear();
  }

  /** Kills an instance among others. */
  killOne(server: Server): void {
    this.ground.killOne(server);
    this.#lose(server);
  }

  /** Has an instance die after its next commit, before it tells anybody; `isMissed`: its people then come back. */
  armDeath(server: Server, isMissed: boolean): void {
    this.ground.armDeath(server);
    if (isMissed) this.#missed.add(server);
  }

  /** Ends an instance among others as it wants to be ended. */
  async stopOne(server: Server): Promise<void> {
    this.ending.add(server);
    await this.ground.stopOne(server);
    this.presence.moved(this.now());
    this.read();
    this.#lose(server);
    this.ending.delete(server);
  }

  /** Starts an instance beside others. */
  async startOne(): Promise<void> {
    this.quotas.begin(await this.ground.startOne(), this.now());
  }

  /** Lets go of the directory, wherever the run was. */
  [Symbol.dispose](): void {
    this.refuse(null);
    this.ground[Symbol.dispose]();
  }

  async #start(): Promise<void> {
    await this.ground.begin();
    for (const server of this.ground.alive) this.quotas.begin(server, this.now());
  }

  /** An instance died after a commit, before it told anybody. */
  #died(server: Server): void {
    this.figures.count("death between commit and publish");
    const people = this.devices.filter(({ visit }) => visit?.line.at === server);
    if (this.#missed.has(server)) this.stranded.push(...people);
    this.#lose(server);
  }

  /** An instance is gone, and with it what it had in hand. */
  #lose(server: Server): void {
    this.#lines.lose(server);
    for (const visit of this.#visits()) if (visit.line.at === server) visit.end();
    this.posts.lose(server);
    this.deliveries.lose(server);
  }

  /** Nobody is there any more: those who were on the only instance are remembered by none. */
  #forget(): void {
    this.guests = [];
    if (!this.ground.isShared) this.presence.forget();
  }

  #visits(): readonly Visit[] {
    return [...this.devices, ...this.guests].flatMap(({ visit }) => visit ?? []);
  }

  /** Nothing moves: what nobody will hear of is as far as it goes, and what was told is stored. */
  #settled(): void {
    // Another program's lock holds back what is not refused.
    if (this.ground.delays.open > 0) return;
    const last = this.ground.store.database.raw.prepare(
      "select last_seq as last from conversation where id = ?",
    );
    const lastOf = (id: string): number => Number(last.get(id)?.["last"] ?? 0);
    this.marks.limit(lastOf);
    const isSure = !isRefusing(this) && !this.isEchoing;
    this.deliveries.settled({ marks: this.marks, truth: this.truth, lastOf, isSure });
    this.isEchoing = false;
  }
}
