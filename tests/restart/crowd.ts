/**
 * Many people with the page's own client each, as a process of its own:
 *
 *     deno run --allow-net=127.0.0.1 tests/restart/crowd.ts 'http://127.0.0.1:8080/' 10001 5000 200
 *
 * The numbers: the first user id, how many there are, and how many of them write. Two neighbours make a pair, who have
 * written to each other before. It says `there` once all are in step and writing; at SIGUSR1 `round`, and from then on
 * notes who is lost; `back` with figures once all were lost and are in step again; at SIGTERM they write no more, and
 * once everything is acknowledged and seen it says `done` with figures and ends.
 *
 * @module
 */
import type { Connection } from "../../static/core/connection.js";
import { pageClient, Traffic } from "../support/page_client.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";

/** Between two messages of somebody who writes, in ms: far below what a user may send. */
const PACE_MS = 1_000;
/** Messages that may wait for somebody who is away. */
const MAX_UNSENT = 30;
/** Acknowledged of each who writes before all are said to be there. */
const WARM = 2;
/** So long they take to come for the first time, in ms a head. */
const SPREAD_MS = 2;
const FINISH_MS = 60_000;

/** One of the crowd. */
class Member {
  readonly userId: number;
  readonly partnerId: number;
  readonly #connection: Connection;
  readonly #traffic: Traffic;
  /** Messages given to the client, which are numbered. */
  written = 0;
  isInStep = false;
  /** When it was in step again, and how often and with which code it was lost first, since the round began. */
  backAt = 0;
  losses = 0;
  closedWith = 0;
  /** Of any connection since the round began. */
  mostSyncs = 0;
  histories = 0;

  constructor(url: URL, userId: number) {
    this.userId = userId;
    this.partnerId = userId % 2 === 1 ? userId + 1 : userId - 1;
    this.#connection = pageClient(url, { userId });
    this.#traffic = new Traffic(this.#connection);
    this.#connection.on("lost", ({ code }) => this.#lost(code));
    this.#connection.on("traffic", ({ direction, text }) => {
      if (direction === "in" && text.startsWith('{"type":"sync"') && text.includes('"next":null')) {
        this.isInStep = true;
        this.backAt = Date.now();
      }
    });
  }

  /** Messages that are not acknowledged. */
  get unsent(): number {
    return this.#connection.state.drafts.length;
  }

  /** Connects at a random moment within so many ms. */
  come(withinMs: number): void {
    setTimeout(() => this.#connection.start(), Math.random() * withinMs);
  }

  /** Writes the next message, unless many wait. */
  write(): void {
    if (this.unsent >= MAX_UNSENT) return;
    const content = `${this.userId} ${this.written + 1}`;
    if (this.#connection.send({ toUserId: this.partnerId, content }) !== null) this.written++;
  }

  /** From now on losses count. */
  beginRound(): void {
    [this.losses, this.mostSyncs, this.histories] = [0, 0, 0];
    this.#traffic.reset();
  }

  /** Takes what this connection asked into account. */
  count(): void {
    this.mostSyncs = Math.max(this.mostSyncs, this.#traffic.sent("sync"));
    this.histories += this.#traffic.sent("history");
    this.#traffic.reset();
  }

  /** Whether it holds every message of its partner, in their order and without a hole. */
  sees(partner: Member): boolean {
    const chat = [...this.#connection.state.chats.values()]
      .find(({ info }) => info.peer?.user_id === partner.userId);
    const messages = chat?.timeline.messages ?? [];
    const texts = messages.filter(({ from_user_id: by }) => by === partner.userId).map((one) => one.content);
    const wanted = Array.from({ length: partner.written }, (_, at) => `${partner.userId} ${at + 1}`);
    const seen = texts.filter((text) => text !== "hello");
    return messages.every(({ data }, at) => data.seq === at + 1) && seen.join() === wanted.join();
  }

  #lost(code: number): void {
    this.isInStep = false;
    this.count();
    if (this.losses++ === 0) this.closedWith = code;
  }
}

/** The whole crowd of this process. */
class Crowd {
  readonly #members: readonly Member[];
  readonly #writers: readonly Member[];
  #isWriting = true;
  #inRound = false;
  #isBack = false;

  constructor(url: URL, { first, count, writers }: Numbers) {
    this.#members = Array.from({ length: count }, (_, at) => new Member(url, first + at));
    this.#writers = this.#members.slice(0, writers);
  }

  /** Lets all come and write. */
  async gather(): Promise<void> {
    for (const member of this.#members) member.come(this.#members.length * SPREAD_MS);
    await until("all are in step", () => this.#members.every(({ isInStep }) => isInStep), 120_000);
    const pace = setInterval(() => {
      if (!this.#isWriting) clearInterval(pace);
      else for (const writer of this.#writers) writer.write();
    }, PACE_MS);
    const isWarm = ({ written, unsent }: Member): boolean => written - unsent >= WARM;
    await until("all who write are acknowledged", () => this.#writers.every(isWarm), FINISH_MS);
    say("there");
  }

  /** From now on losses count. */
  beginRound(): void {
    for (const member of this.#members) member.beginRound();
    this.#inRound = true;
    say("round");
  }

  /** Says once that all were lost and are back. */
  look(): void {
    if (!this.#inRound || this.#isBack) return;
    if (!this.#members.every(({ isInStep, losses }) => isInStep && losses > 0)) return;
    this.#isBack = true;
    const at = this.#members.map(({ backAt }) => backAt);
    const codes = this.#members.map(({ closedWith }) => closedWith);
    say(`back ${JSON.stringify({ at, codes })}`);
  }

  /** Waits until everything is acknowledged and seen, and tells. */
  async finish(): Promise<void> {
    this.#isWriting = false;
    const isQuiet = (): boolean => this.#writers.every(({ unsent }) => unsent === 0) && this.#unseen() === 0;
    await until("everything is acknowledged and seen", isQuiet, FINISH_MS).catch(() => {});
    for (const member of this.#members) member.count();
    const written = this.#writers.map(({ userId, written, unsent }) => ({ userId, written, unsent }));
    const mostSyncs = this.#members.map((member) => member.mostSyncs);
    const histories = this.#members.reduce((sum, member) => sum + member.histories, 0);
    const connections = this.#members.reduce((sum, { losses }) => sum + losses, 0);
    say(
      `done ${
        JSON.stringify({ written, mostSyncs, histories, losses: connections, unseen: this.#unseen() })
      }`,
    );
  }

  /** How many of those who write have somebody before them who does not see all of it. */
  #unseen(): number {
    return this.#writers.filter((writer) => {
      const partner = this.#members.find(({ userId }) => userId === writer.partnerId);
      return partner?.sees(writer) !== true;
    }).length;
  }
}

/** See the head of this file. */
interface Numbers {
  readonly first: number;
  readonly count: number;
  readonly writers: number;
}

if (import.meta.main) {
  const [url = "", first, count, writers] = Deno.args;
  const crowd = new Crowd(new URL(url), {
    first: Number(first),
    count: Number(count),
    writers: Number(writers),
  });
  Deno.addSignalListener("SIGUSR1", () => crowd.beginRound());
  Deno.addSignalListener("SIGTERM", () => void crowd.finish().finally(() => Deno.exit(0)));
  setInterval(() => crowd.look(), 50);
  await crowd.gather();
}
