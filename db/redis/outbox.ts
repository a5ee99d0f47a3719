/**
 * What this instance has to tell the others, in order and within bounds, while Redis is there or not.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../clock.ts";
import { isReply, reasonOf } from "./failures.ts";
import type { Hint, RedisLink } from "./link.ts";

const log = getLogger(["chat", "redis"]);

/** Hints that wait; the oldest go first. At 2 000 a second this is more than {@link MAX_AGE_MS}. */
const MAX_WAITING = 20_000;
/** Characters that wait. */
const MAX_CHARACTERS = 8 << 20;
/** A hint that is older, in ms, is news no more: who missed it asks the store. */
const MAX_AGE_MS = 8_000;
/** After a batch that was not answered the next goes out when the link is back, or after this long, in ms. */
const RETRY_MS = 1_000;
/** Hints that go to the server together. */
const BATCH = 500;

interface Waiting extends Hint {
  readonly at: number;
}

/** What an outbox is made with. */
export interface OutboxOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  /** Goes out after hints were given up, before the next ones: whoever hears it missed something. */
  readonly gap: Hint;
}

/** Publishes in the background: one batch is under way, the next one grows. */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  #waiting: Waiting[] = [];
  #characters = 0;
  #lost = 0;
  #hasGap = false;
  #running: Promise<void> | null = null;
  #retry: Timer | null = null;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    options.link.onUp(() => this.#start());
  }

  /** Hints that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Hints that were given up, ever. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes a text to be published; never waits and never throws. */
  push(channel: string, text: string): void {
    if (this.#closed) return;
    this.#waiting.push({ channel, text, at: this.#options.clock.now() });
    this.#characters += text.length;
    this.#trim();
    this.#start();
  }

  /** Takes nothing more; resolves when what waits is out, or the server did not take part in that. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#running;
  }

  #start(): void {
    if (!this.#options.link.isUp) return;
    if (this.#waiting.length > 0 || this.#hasGap) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let isAnswered = true;
    while (isAnswered && (this.#waiting.length > 0 || this.#hasGap)) {
      // Together with everything else of this turn.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      this.#giveUpOld();
      isAnswered = this.#options.link.isUp && await this.#send();
    }
    this.#running = null;
    if (isAnswered || this.#closed) return;
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(RETRY_MS, () => this.#start());
  }

  /** Sends what waits, up to a batch of it. Answers whether the server took part; what it did not get waits again. */
  async #send(): Promise<boolean> {
    const { link, gap } = this.#options;
    const hints = this.#waiting.splice(0, BATCH);
    for (const { text } of hints) this.#characters -= text.length;
    const notices = this.#hasGap ? [gap] : [];
    this.#hasGap = false;
    const failures = await link.publish([...notices, ...hints]);
    if (notices.length > 0 && failures[0] !== null) this.#hasGap = true;
    return this.#settle(hints, failures.slice(notices.length));
  }

  #settle(hints: readonly Waiting[], failures: readonly (Error | null)[]): boolean {
    const refusals = failures.filter((error) => error !== null && isReply(error));
    if (refusals.length > 0) {
      log.warn("Redis refused a hint: {reason}", { reason: reasonOf(refusals[0]) });
      this.#giveUp(refusals.length);
    }
    const again = hints.filter((_, at) => {
      const error = failures[at] ?? null;
      return error !== null && !isReply(error);
    });
    if (again.length === 0) return true;
    // Some may have arrived: a hint may come twice.
    this.#waiting = [...again, ...this.#waiting];
    for (const { text } of again) this.#characters += text.length;
    this.#trim();
    return false;
  }

  #giveUpOld(): void {
    const oldest = this.#options.clock.now() - MAX_AGE_MS;
    const fresh = this.#waiting.findIndex((hint) => hint.at >= oldest);
    this.#drop(fresh === -1 ? this.#waiting.length : fresh);
  }

  /** Lets the oldest go, a batch at once: taking one by one from the front costs as much. */
  #trim(): void {
    while (this.#waiting.length > MAX_WAITING || this.#characters > MAX_CHARACTERS) {
      this.#drop(Math.min(BATCH, this.#waiting.length));
    }
  }

  #drop(count: number): void {
    if (count === 0) return;
    for (const { text } of this.#waiting.splice(0, count)) this.#characters -= text.length;
    this.#giveUp(count);
  }

  #giveUp(count: number): void {
    this.#lost += count;
    this.#hasGap = true;
  }
}
