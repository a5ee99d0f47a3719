/**
 * Pairs of people who write numbers to each other as fast as they are answered, and the comparison of what was
 * acknowledged, what is stored and what they saw.
 *
 * @module
 */
import { Chatter } from "../support/chatter.ts";
import { until } from "../support/until.ts";
import { history, type Stored } from "./history.ts";

/** Messages of a person that are under way at once. */
const AT_ONCE = 8;
/** For what has to come true after faults, in ms. */
const PATIENCE_MS = 120_000;

/** What a crowd came to. All but the first should be 0. */
export interface Counts {
  readonly acknowledged: number;
  /** Acknowledged and not stored, or stored and never seen by one of the two, or seen and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Pushed or stored in another order than sent, or seen in another place than stored. */
  readonly reordered: number;
}

/** Somebody who sends 1, 2, 3 and so on. */
interface Person {
  readonly chatter: Chatter;
  readonly peerId: number;
  sent: number;
  acknowledged: number;
}

/** All of them. Disposing it disconnects them. */
export class Crowd implements AsyncDisposable {
  readonly #people: readonly Person[];
  #isEnding = false;

  /** Begins at once; `next` is asked for an address before each connection. */
  constructor(next: () => URL, pairs: number) {
    this.#people = Array.from({ length: 2 * pairs }, (_, at) => ({
      chatter: new Chatter(at + 1, next, { isLean: true }),
      peerId: at % 2 === 0 ? at + 2 : at,
      sent: 0,
      acknowledged: 0,
    }));
    for (const person of this.#people) this.#write(person);
  }

  /** Messages acknowledged so far. */
  get acknowledged(): number {
    return this.#people.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** How often they connected. */
  get connections(): number {
    return this.#people.reduce((sum, { chatter }) => sum + chatter.connections, 0);
  }

  /** Refusals of messages until later. */
  get refusals(): number {
    return this.#people.reduce((sum, { chatter }) => sum + chatter.refusals, 0);
  }

  /** What servers did that they must not do. */
  get faults(): readonly string[] {
    return this.#people.flatMap(({ chatter }) => chatter.faults);
  }

  /** Resolves when `more` messages were acknowledged from now on. */
  async goesOn(more: number): Promise<void> {
    const wanted = this.acknowledged + more;
    await until(`${more} more messages are acknowledged`, () => this.acknowledged >= wanted, PATIENCE_MS);
  }

  /** Has everybody stop writing; resolves when all that was written is acknowledged. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    const isDone = (): boolean => this.#people.every(({ chatter }) => chatter.isDone);
    await until("everything is acknowledged", isDone, PATIENCE_MS);
  }

  /** Compares with the store, after {@link finish}, by asking the server at `url`. */
  async compare(url: URL): Promise<Counts> {
    const counts = { acknowledged: this.acknowledged, lost: 0, doubled: 0, reordered: this.faults.length };
    const deadline = Date.now() + PATIENCE_MS;
    for (let at = 0; at < this.#people.length; at += 2) {
      const pair = this.#people.slice(at, at + 2);
      const { lost, doubled, reordered } = await comparePair(pair, { url, deadline });
      counts.lost += lost;
      counts.doubled += doubled;
      counts.reordered += reordered;
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#people.map(({ chatter }) => chatter[Symbol.asyncDispose]()));
  }

  #write(person: Person): void {
    while (!this.#isEnding && person.sent - person.acknowledged < AT_ONCE) {
      person.sent++;
      void person.chatter.send(person.peerId, String(person.sent)).then(() => {
        person.acknowledged++;
        this.#write(person);
      });
    }
  }
}

async function comparePair(
  pair: readonly Person[],
  { url, deadline }: { readonly url: URL; readonly deadline: number },
): Promise<Pick<Counts, "lost" | "doubled" | "reordered">> {
  const counts = { lost: 0, doubled: 0, reordered: 0 };
  const senders = new Map(pair.map((person) => [person.chatter.userId, new Sender(person)]));
  const id = [...senders.keys()].join("-");
  let stored = 0;
  for await (const messages of history(url, id)) {
    for (const message of messages) {
      stored++;
      // A seq that is skipped or given twice puts all that follows in another place.
      if (message.data.seq !== stored) counts.reordered++;
      const took = senders.get(message.from_user_id)?.take(Number(message.content));
      if (took !== undefined) counts[took]++;
      await Promise.all(pair.map((person) => sees(person, id, { seq: stored, deadline })));
      counts.reordered += pair.filter((person) => differs(person, id, message)).length;
    }
  }
  for (const { missing } of senders.values()) counts.lost += missing;
  for (const { chatter } of pair) counts.lost += Math.abs((chatter.view.get(id)?.size ?? 0) - stored);
  return counts;
}

/** What is stored of one sender. */
class Sender {
  readonly #isStored: Uint8Array;
  readonly #isOrdered: boolean;
  #last = 0;

  constructor({ sent, chatter }: Person) {
    this.#isStored = new Uint8Array(sent + 1);
    // What was refused for the moment was sent again behind others.
    this.#isOrdered = chatter.refusals === 0;
  }

  /** Takes the next of its messages in the order stored, and says what is wrong with it. */
  take(number: number): "doubled" | "reordered" | undefined {
    if (this.#isStored[number] !== 0) return "doubled";
    this.#isStored[number] = 1;
    const isLate = number < this.#last;
    this.#last = number;
    return this.#isOrdered && isLate ? "reordered" : undefined;
  }

  /** How many are not stored. */
  get missing(): number {
    return this.#isStored.reduce((left, one) => left - one, this.#isStored.length - 1);
  }
}

/** Resolves once the person has the message, or nobody waits any more; it is counted as lost then. */
async function sees(
  { chatter }: Person,
  conversationId: string,
  { seq, deadline }: { readonly seq: number; readonly deadline: number },
): Promise<void> {
  const has = (): boolean => chatter.view.get(conversationId)?.get(seq) !== undefined;
  if (!has()) await until("it is seen", has, Math.max(0, deadline - Date.now())).catch(() => {});
}

function differs({ chatter }: Person, conversationId: string, { data, ...message }: Stored): boolean {
  const seen = chatter.view.get(conversationId)?.get(data.seq);
  return seen !== undefined &&
    (seen.messageId !== data.message_id || seen.senderId !== message.from_user_id ||
      seen.content !== message.content);
}
