/**
 * The channels that this instance listens to, kept up over every interruption.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../clock.ts";
import type { RedisLink } from "./link.ts";

const log = getLogger(["chat", "redis"]);

/** Channels named in one command; a user's worth each, there may be tens of thousands. */
const CHUNK = 1_000;
/** Nothing comes over a line that was cut without a word, so it is asked this often whether it is there, in ms. */
const HEARTBEAT_MS = 3_000;

/** Nobody waits longer for a subscription, in ms. */
const LIVE_MS = 900;

/** Called with each text that comes by a channel. */
export type OnText = (text: string) => void;

/** Subscriptions over one link, each to one listener. */
export class Channels implements AsyncDisposable {
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, OnText>();
  /** What the server was told on the connection there is now, and when it will have answered. */
  readonly #told = new Map<string, Promise<void>>();
  readonly #onGap = new Set<() => void>();
  #heartbeat: Timer;
  #isWhole: boolean;
  #closed = false;

  constructor(link: RedisLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#isWhole = link.isUp;
    link.onMessage((channel, text) => this.#listeners.get(channel)?.(text));
    link.onDown(() => {
      this.#isWhole = false;
      this.#told.clear();
    });
    link.onUp(() => void this.#restore());
    this.#heartbeat = this.#beat();
  }

  /** Whether everything that others publish now arrives here, as far as this side knows. */
  get isWhole(): boolean {
    return this.#isWhole && this.#link.isUp;
  }

  /**
   * Resolves when texts of the channel arrive. While the server is away at once, and where it is silent within
   * {@link LIVE_MS}: becoming live later is a gap.
   */
  async listen(channel: string, listener: OnText): Promise<void> {
    this.#listeners.set(channel, listener);
    if (!this.#link.isUp) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const deadline = this.#clock.after(LIVE_MS, resolve);
    await Promise.race([this.#told.get(channel) ?? this.#subscribe([channel]), promise]);
    deadline.cancel();
  }

  /** Ends listening to the channel. */
  async leave(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    if (!this.#told.delete(channel) || !this.#link.isUp) return;
    // A server that does not hear it ends the connection, and with it the subscription.
    await this.#link.run((client) => client.unsubscribe(channel)).catch(() => {});
  }

  /** Calls `listener` after each interruption, once every channel is listened to again. */
  onGap(listener: () => void): Disposable {
    // Of its own, so that one listener given twice is two.
    const entry = (): void => listener();
    this.#onGap.add(entry);
    return { [Symbol.dispose]: () => void this.#onGap.delete(entry) };
  }

  /** Tells that texts were lost on their way. */
  gap(): void {
    for (const listener of [...this.#onGap]) {
      try {
        listener();
      } catch (error) {
        log.error("A listener to gaps failed: {error}", { error });
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#heartbeat.cancel();
    this.#listeners.clear();
    this.#onGap.clear();
    return Promise.resolve();
  }

  /** Resolves also when it failed: then the connection ends, and everything is told anew on the next. */
  #subscribe(channels: readonly string[]): Promise<void> {
    const answered = this.#link.run((client) => client.subscribe(...channels)).then(() => {}, () => {
      if (!channels.some((channel) => this.#told.get(channel) === answered)) return;
      this.#isWhole = false;
      this.#link.renew();
    });
    for (const channel of channels) this.#told.set(channel, answered);
    return answered;
  }

  /** A new connection knows of no channel. */
  async #restore(): Promise<void> {
    this.#isWhole = true;
    const channels = [...this.#listeners.keys()];
    const chunks: Promise<void>[] = [];
    for (let from = 0; from < channels.length; from += CHUNK) {
      chunks.push(this.#subscribe(channels.slice(from, from + CHUNK)));
    }
    await Promise.all(chunks);
    if (this.isWhole && !this.#closed) this.gap();
  }

  #beat(): Timer {
    return this.#clock.after(HEARTBEAT_MS, () => {
      if (this.#closed) return;
      // A ping without an answer ends the connection, as every silence does.
      if (this.#link.isUp) this.#link.ping().catch(() => {});
      this.#heartbeat = this.#beat();
    });
  }
}
