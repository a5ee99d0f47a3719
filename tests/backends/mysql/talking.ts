/**
 * People who write to each other all the time, while something happens to the server or to its database.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { Chatter } from "../../support/chatter.ts";
import { say } from "../../support/say.ts";
import { until } from "../../support/until.ts";

const PAIRS = 5;
/** Messages of a person that are under way at once. */
const AT_ONCE = 8;
const PATIENCE_MS = 60_000;

const Page = z.object({
  data: z.object({
    messages: z.array(
      z.object({ content: z.string(), data: z.object({ seq: z.number(), message_id: z.string() }) }),
    ),
    has_more: z.boolean(),
  }),
});
type Stored = z.infer<typeof Page>["data"]["messages"][number];

/** Ten people, each of whom sends as fast as they are answered. */
export class Talk implements AsyncDisposable {
  readonly people: readonly Chatter[];
  readonly #server: () => URL;
  /** What was acknowledged, by who sent it. */
  readonly #acknowledged = new Map<Chatter, Set<string>>();
  readonly #talking: Promise<void>[];
  #isEnding = false;

  constructor(server: () => URL) {
    this.#server = server;
    this.people = Array.from({ length: 2 * PAIRS }, (_, n) => new Chatter(n + 1, server));
    this.#talking = this.people.map((one, n) => this.#talk(one, n % 2 === 0 ? n + 2 : n));
  }

  /** Messages acknowledged so far. */
  get acknowledged(): number {
    let count = 0;
    for (const texts of this.#acknowledged.values()) count += texts.size;
    return count;
  }

  /** Resolves when `more` messages were acknowledged from now on. */
  async goesOn(more: number): Promise<void> {
    const wanted = this.acknowledged + more;
    await until(`${more} more messages are acknowledged`, () => this.acknowledged >= wanted, PATIENCE_MS);
  }

  /** Lets everybody finish, and compares what was acknowledged, what is stored and what was seen. */
  async end(what: string): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#talking);
    const counts = { acknowledged: this.acknowledged, lost: 0, doubled: 0, reordered: 0 };
    for (let pair = 0; pair < PAIRS; pair++) {
      const both = this.people.slice(2 * pair, 2 * pair + 2);
      const stored = await this.#history(`${2 * pair + 1}-${2 * pair + 2}`);
      const contents = stored.map((one) => one.content);
      const sent = both.flatMap((one) => [...this.#acknowledged.get(one) ?? []]);
      counts.lost += sent.filter((content) => !contents.includes(content)).length;
      counts.doubled += contents.length - new Set(contents).size;
      assert.deepEqual(
        stored.map(({ data }) => data.seq),
        stored.map((_, at) => at + 1),
        "no seq is missing",
      );
      for (const one of both) counts.reordered += await differences(one, stored);
    }
    const faults = this.people.flatMap((one) => one.faults);
    counts.reordered += faults.length;
    say(`${what}: ${Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ")}`);
    assert.deepEqual({ ...counts, faults }, {
      acknowledged: counts.acknowledged,
      lost: 0,
      doubled: 0,
      reordered: 0,
      faults: [],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.people.map((one) => one[Symbol.asyncDispose]()));
  }

  async #talk(from: Chatter, to: number): Promise<void> {
    const own = new Set<string>();
    this.#acknowledged.set(from, own);
    const waiting = new Set<Promise<void>>();
    for (let n = 1; !this.#isEnding; n++) {
      const content = `${from.userId} says ${n}`;
      const sending = from.send(to, content).then(() => {
        waiting.delete(sending);
        own.add(content);
      });
      waiting.add(sending);
      if (waiting.size >= AT_ONCE) await Promise.race(waiting);
    }
    await Promise.all(waiting);
  }

  async #history(conversationId: string): Promise<readonly Stored[]> {
    const [userId] = conversationId.split("-");
    const all: Stored[] = [];
    for (;;) {
      const path = `/api/v1/conversations/${conversationId}/messages`;
      const url = new URL(`${path}?user_id=${userId}&after_seq=${all.length}&limit=100`, this.#server());
      const { data } = Page.parse(await (await fetch(url)).json());
      all.push(...data.messages);
      if (!data.has_more) return all;
    }
  }
}

/** Places at which a person sees another message than is stored, once all of them came. */
async function differences(person: Chatter, stored: readonly Stored[]): Promise<number> {
  const id = [...person.view.keys()].join();
  const seen = (): ReadonlyMap<number, string> =>
    new Map(person.messagesOf(id).map(([seq, { messageId }]) => [seq, messageId]));
  await until(`user ${person.userId} has everything`, () => seen().size >= stored.length, PATIENCE_MS);
  return stored.filter(({ data }) => seen().get(data.seq) !== data.message_id).length;
}
