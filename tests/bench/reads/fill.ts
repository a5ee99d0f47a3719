/**
 * Lays millions of messages into the data directory of an embedded store: with its own schema and every index in its
 * place, in the order in which they would have come, past the program, which syncs each commit.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { directConversation } from "../../../db/model.ts";
import { openIn } from "../../contract/sqlite.ts";
import type { Dice, Planned, Spread } from "./spread.ts";

/** What the filled store reaches back to, in ms. */
const SPAN_MS = 730 * 86_400_000;
/** Messages that come one after the other in one conversation, at most: people answer each other. */
const BURST = 16;
/** Between two lines of progress, in messages. */
const TOLD_EACH = 1_000_000;
/** Kept in memory while it is filled, in KiB. */
const CACHE_KIB = 2_000_000;
const WORDS =
  "the boat leaves at nine and we have the tickets bring something to drink it will be warm see you " +
  "tomorrow morning at the usual place did you hear from anna she wanted to come too yes of course why not ";
const TEXT = WORDS.repeat(12);

/** What came of it. */
export interface Filled {
  readonly messages: number;
  readonly seconds: number;
}

/** Fills the store in `dataDir`, which is made when it is not there; `told` hears lines of progress. */
export async function fill(
  dataDir: string,
  spread: Spread,
  { dice, now, told }: {
    readonly dice: Dice;
    readonly now: number;
    readonly told: (line: string) => void;
  },
): Promise<Filled> {
  const begun = performance.now();
  await addPeople(dataDir, spread.people, now);
  using database = new DatabaseSync(`${dataDir}/chat.db`);
  // Nothing of this has to outlive a crash.
  for (const pragma of [`cache_size = -${CACHE_KIB}`, "synchronous = off", "journal_mode = off"]) {
    database.prepare(`pragma ${pragma}`).all();
  }
  database.exec("begin");
  const messages = new Filling(database, spread, dice, now).run(told);
  database.exec("commit");
  database.prepare("pragma journal_mode = wal").all();
  return { messages, seconds: (performance.now() - begun) / 1_000 };
}

async function addPeople(dataDir: string, count: number, now: number): Promise<void> {
  await using store = await openIn(dataDir);
  for (let id = 1; id <= count; id++) {
    const username = `person${id}`;
    const person = { username, email: `${username}@example.org`, phone: "", passwordDigest: "none" };
    await store.users.create({ ...person, createdAt: now - SPAN_MS });
  }
}

/** A conversation while it is filled. */
interface Open extends Planned {
  readonly id: string;
  seq: number;
  updatedAt: number;
  lowOwn: number;
  highOwn: number;
}

class Filling {
  readonly #spread: Spread;
  readonly #dice: Dice;
  readonly #now: number;
  readonly #insert: StatementSync;
  readonly #createConversation: StatementSync;
  readonly #createMember: StatementSync;
  readonly #total: number;

  constructor(database: DatabaseSync, spread: Spread, dice: Dice, now: number) {
    this.#spread = spread;
    this.#dice = dice;
    this.#now = now;
    this.#total = spread.conversations.reduce((sum, { size }) => sum + size, 0);
    this.#insert = database.prepare(
      "insert into message (conversation, seq, change, message_id, sender_id, client_id, body_hash, kind, content, " +
        "created_at) values (?1, ?2, ?2, ?3, ?4, ?5, x'', 'text', ?6, ?7)",
    );
    this.#createConversation = database.prepare(
      "insert into conversation (key, id, kind, direct_low, direct_high, first_seq, last_seq, last_change, " +
        "updated_at, changed_at) values (?, ?, 'direct', ?, ?, 1, ?, ?, ?, ?)",
    );
    this.#createMember = database.prepare(
      "insert into member (conversation, user_id, role, joined_seq, delivered_seq, read_seq, shown_read_seq, " +
        "own_after_read, changed_at) values (?, ?, 'member', 0, ?, ?, ?, ?, ?)",
    );
  }

  /** Writes everything; answers how many messages there are. */
  run(told: (line: string) => void): number {
    const open = this.#spread.conversations.map((planned): Open => ({
      ...planned,
      id: directConversation(planned.low, planned.high).id,
      seq: 0,
      updatedAt: 0,
      lowOwn: 0,
      highOwn: 0,
    }));
    let done = 0;
    for (const { at, length } of this.#bursts()) {
      const one = open[at];
      if (one === undefined) continue;
      for (let left = length; left > 0; left--, done++) {
        this.#write(one, done);
        if (done > 0 && done % TOLD_EACH === 0) told(`filling: ${done} of ${this.#total} messages`);
      }
    }
    for (const one of open) this.#close(one);
    return done;
  }

  /** Which conversation is written in when, and how many messages. */
  *#bursts(): Generator<{ readonly at: number; readonly length: number }> {
    const turns: number[] = [];
    for (const [at, { size }] of this.#spread.conversations.entries()) {
      for (let left = size; left > 0;) {
        const length = Math.min(left, 1 + this.#dice.below(BURST));
        turns.push(at * (BURST + 1) + length);
        left -= length;
      }
    }
    this.#dice.shuffle(turns);
    for (const turn of turns) yield { at: Math.floor(turn / (BURST + 1)), length: turn % (BURST + 1) };
  }

  #write(one: Open, done: number): void {
    const seq = ++one.seq;
    const isLow = this.#dice.below(2) === 0;
    if (isLow && seq > one.lowRead) one.lowOwn++;
    if (!isLow && seq > one.highRead) one.highOwn++;
    const createdAt = Math.floor(this.#now - SPAN_MS + SPAN_MS * done / this.#total);
    one.updatedAt = createdAt;
    this.#insert.run(
      one.key,
      seq,
      uuid(createdAt.toString(16).padStart(12, "0"), "7", this.#dice),
      isLow ? one.low : one.high,
      uuid(hex(this.#dice) + hex(this.#dice).slice(4), "4", this.#dice),
      this.#text(),
      createdAt,
    );
  }

  /** Mostly a line, now and then much more. */
  #text(): string {
    const most = this.#dice.below(20) === 0 ? 1_000 : 100;
    return TEXT.slice(this.#dice.below(WORDS.length)).slice(0, 2 + this.#dice.below(most));
  }

  #close(one: Open): void {
    const { key, id, low, high, size, updatedAt } = one;
    this.#createConversation.run(key, id, low, high, size, size, updatedAt, updatedAt);
    this.#createMember.run(key, low, size, one.lowRead, one.lowRead, one.lowOwn, updatedAt);
    this.#createMember.run(key, high, size, one.highRead, one.highRead, one.highOwn, updatedAt);
  }
}

function hex(dice: Dice): string {
  return dice.word().toString(16).padStart(8, "0");
}

/** A UUID that begins with twelve digits and is random after them. */
function uuid(first: string, version: "4" | "7", dice: Dice): string {
  const [middle, last] = [hex(dice), hex(dice)];
  const head = `${first.slice(0, 8)}-${first.slice(8, 12)}`;
  return `${head}-${version}${middle.slice(1, 4)}-a${middle.slice(5)}-${last}${hex(dice).slice(4)}`;
}
