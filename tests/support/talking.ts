/**
 * People who write to each other all the time, while something happens to the server or to its database.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { Chatter } from "./chatter.ts";
import { say } from "./say.ts";
import { until } from "./until.ts";
import { type Seen, View } from "./view.ts";

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

/** People in pairs, five unless told, each of whom sends as fast as they are answered. */
export class Talk implements AsyncDisposable {
  readonly people: readonly Chatter[];
  readonly #server: () => URL;
  /** What was acknowledged, by who sent it. */
  readonly #acknowledged = new Map<Chatter, Set<string>>();
  readonly #talking: Promise<void>[];
  #isEnding = false;
  #longestMs = 0;
  #measuredFrom = 0;
  /** The shortest wait of each for what was sent since the measuring began, in ms. */
  readonly #quickest = new Map<Chatter, number>();

  constructor(server: () => URL, { pairs = 5 }: { readonly pairs?: number } = {}) {
    this.#server = server;
    this.people = Array.from({ length: 2 * pairs }, (_, n) => new Chatter(n + 1, server));
    this.#talking = this.people.map((one, n) => this.#talk(one, n % 2 === 0 ? n + 2 : n));
  }

  /** Messages acknowledged so far. */
  get acknowledged(): number {
    let count = 0;
    for (const texts of this.#acknowledged.values()) count += texts.size;
    return count;
  }

  /** The longest that anybody waited for an acknowledgement so far, over all closes and refusals, in ms. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Measures from here on how long acknowledgements take. */
  measure(): void {
    this.#measuredFrom = performance.now();
    this.#quickest.clear();
  }

  /**
   * The shortest wait of whoever had the longest such, since {@link measure}, in ms: what keeps everybody waiting
   * lengthens it, and a machine that is busy now and then does not. Infinite while somebody had no answer.
   */
  get quickestMs(): number {
    return Math.max(...this.people.map((one) => this.#quickest.get(one) ?? Infinity));
  }

  /** Resolves when each of them had `more` messages acknowledged from now on. */
  async everyoneGoesOn(more: number): Promise<void> {
    const wanted = new Map([...this.#acknowledged].map(([one, texts]) => [one, texts.size + more]));
    const behind = (): readonly Chatter[] =>
      this.people.filter((one) => (this.#acknowledged.get(one)?.size ?? 0) < (wanted.get(one) ?? more));
    await until(`each goes on by ${more}`, () => behind().length === 0, PATIENCE_MS);
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
    for (let pair = 0; 2 * pair < this.people.length; pair++) {
      const both = this.people.slice(2 * pair, 2 * pair + 2);
      const stored = await this.#history(`${2 * pair + 1}-${2 * pair + 2}`);
      const contents = new Set(stored.map((one) => one.content));
      const sent = both.flatMap((one) => [...this.#acknowledged.get(one) ?? []]);
      counts.lost += sent.filter((content) => !contents.has(content)).length;
      counts.doubled += stored.length - contents.size;
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
      const begun = performance.now();
      const sending = from.send(to, content).then(() => {
        waiting.delete(sending);
        own.add(content);
        this.#took(from, begun);
      });
      waiting.add(sending);
      if (waiting.size >= AT_ONCE) await Promise.race(waiting);
    }
    await Promise.all(waiting);
  }

  #took(from: Chatter, begun: number): void {
    const ms = performance.now() - begun;
    this.#longestMs = Math.max(this.#longestMs, ms);
    if (begun < this.#measuredFrom) return;
    this.#quickest.set(from, Math.min(ms, this.#quickest.get(from) ?? Infinity));
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
  const seen = (): Seen => person.view.get(id) ?? new View();
  await until(`user ${person.userId} has everything`, () => seen().size >= stored.length, PATIENCE_MS);
  return stored.filter(({ data }) => seen().get(data.seq)?.messageId !== data.message_id).length;
}
