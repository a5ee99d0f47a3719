/**
 * The channels that this instance listens to, kept up over every interruption.
 *
 * @module
 */
import { setImmediate } from "node:timers";
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

/** Subscriptions that the server was asked for. */
interface Asked {
  readonly answered: Promise<void>;
  /** Answered, or nobody has to wait any longer. */
  readonly live: Promise<void>;
}

/** Subscriptions over one link, each to one listener. */
export class Channels implements AsyncDisposable {
  readonly #link: RedisLink;
  readonly #clock: Clock;
  readonly #listeners = new Map<string, OnText>();
  /** What the server was asked for on the connection there is now, and when nobody has to wait for it any more. */
  readonly #asked = new Map<string, Promise<void>>();
  /** Channels that were taken or left in this turn. */
  readonly #changed = new Set<string>();
  #settling: Promise<void> | null = null;
  readonly #onGap = new Set<() => void>();
  #heartbeat: Timer;
  #isWhole: boolean;
  /** Counts connections, so that what belongs to one is not taken for another's. */
  #connection = 0;
  #closed = false;

  constructor(link: RedisLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#isWhole = link.isUp;
    link.onMessage((channel, text) => this.#listeners.get(channel)?.(text));
    link.onDown(() => {
      this.#isWhole = false;
      this.#connection++;
      this.#asked.clear();
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
    if (this.#link.isUp) await (this.#asked.get(channel) ?? this.#settle(channel));
  }

  /** Ends listening to the channel, at once. */
  leave(channel: string): void {
    this.#listeners.delete(channel);
    if (this.#asked.has(channel)) void this.#settle(channel);
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

  /** Has the server asked for what changed, together with all other changes of this turn. */
  #settle(channel: string): Promise<void> {
    this.#changed.add(channel);
    this.#settling ??= this.#settleAll();
    return this.#settling;
  }

  async #settleAll(): Promise<void> {
    // Sockets are opened one by one, thousands of them where everybody comes back at once.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#settling = null;
    const changed = [...this.#changed];
    this.#changed.clear();
    if (!this.#link.isUp) return;
    const left = changed.filter((channel) => !this.#listeners.has(channel) && this.#asked.delete(channel));
    for (const chunk of chunksOf(left)) {
      // Nobody waits for it: what comes by a channel that was left finds no listener.
      this.#link.run((client) => client.unsubscribe(...chunk)).catch(() => {});
    }
    const taken = changed.filter((channel) => this.#listeners.has(channel) && !this.#asked.has(channel));
    if (taken.length > 0) await this.#ask(taken).live;
  }

  /** Neither is ever rejected: where it failed the connection ends, and everything is asked for on the next. */
  #ask(channels: readonly string[]): Asked {
    const connection = this.#connection;
    let isLate = false;
    const late = Promise.withResolvers<void>();
    const deadline = this.#clock.after(LIVE_MS, () => {
      isLate = true;
      late.resolve();
    });
    const commands = chunksOf(channels).map((chunk) =>
      this.#link.run((client) => client.subscribe(...chunk))
    );
    const answered = Promise.all(commands).then(() => {
      if (isLate && connection === this.#connection) this.gap();
    }, () => {
      if (connection !== this.#connection) return;
      this.#isWhole = false;
      this.#link.renew();
    }).finally(() => deadline.cancel());
    const live = Promise.race([answered, late.promise]);
    for (const channel of channels) this.#asked.set(channel, live);
    return { answered, live };
  }

  /** A new connection knows of no channel. */
  async #restore(): Promise<void> {
    const connection = this.#connection;
    this.#isWhole = true;
    await this.#ask([...this.#listeners.keys()]).answered;
    if (this.isWhole && connection === this.#connection && !this.#closed) this.gap();
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

function chunksOf(channels: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(channels.length / CHUNK);
  return Array.from({ length: count }, (_, at) => channels.slice(at * CHUNK, (at + 1) * CHUNK));
}
