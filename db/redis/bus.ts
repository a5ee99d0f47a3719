/**
 * The bus of several instances: theirs by Redis, this one's own without it.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import type { Bus, Decode, Listener, Subscription } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { Histogram, SECONDS } from "../histogram.ts";
import type { Channels } from "./channels.ts";
import type { RedisLink } from "./link.ts";
import { Outbox } from "./outbox.ts";

const log = getLogger(["chat", "redis"]);

/** For what was published before the end to go out, in ms. */
const LAST_MS = 900;

/** What one instance tells the others: who it is, when by its own clock, and what happened. */
const Envelope = z.object({ from: z.string(), at: z.number().optional(), event: z.unknown() });

/** What the bus is made of. */
export interface RedisBusOptions<E> {
  /** Calls the listeners of this process. It belongs to this bus from here on. */
  readonly local: Bus<E>;
  /** What is published goes over this. */
  readonly commands: RedisLink;
  /** What others published comes by this. */
  readonly channels: Channels;
  /** Before the name of every channel: channels are not apart by database as keys are. */
  readonly prefix: string;
  /** Names this run of this instance apart from every other. */
  readonly instanceId: string;
  readonly decode: Decode<E>;
  readonly clock: Clock;
}

/** Publishes here at once, and to the other instances as soon as Redis takes it. */
export class RedisBus<E> implements Bus<E> {
  readonly isShared = true;
  readonly #options: RedisBusOptions<E>;
  readonly #outbox: Outbox;
  readonly #counts = new Map<string, number>();
  /** What this instance's own envelopes begin with. */
  readonly #own: string;
  #closed = false;
  #unreadable = 0;
  readonly #lag = new Histogram(SECONDS);

  private constructor(options: RedisBusOptions<E>) {
    const { commands: link, clock, prefix, instanceId } = options;
    this.#options = options;
    this.#own = `{"from":${JSON.stringify(instanceId)},`;
    const gap = { channel: `${prefix}:gap`, text: instanceId };
    this.#outbox = new Outbox({ link, clock, gap });
  }

  /** A bus that hears of the gaps of others. */
  static async open<E>(options: RedisBusOptions<E>): Promise<RedisBus<E>> {
    const { channels, prefix, instanceId } = options;
    const bus = new RedisBus(options);
    await channels.listen(`${prefix}:gap`, (from) => {
      if (from !== instanceId) channels.gap();
    });
    return bus;
  }

  /** Hints that wait for Redis, and those that were given up, ever; for /metrics. */
  figures(): ReadonlyMap<string, number> {
    return new Map([
      ["bus_waiting", this.#outbox.size],
      ["bus_lost_total", this.#outbox.lost],
      ["bus_unreadable_total", this.#unreadable],
      ...this.#lag.figures("bus_lag_seconds"),
    ]);
  }

  publish(topic: string, event: E): void {
    if (this.#closed) return;
    this.#options.local.publish(topic, event);
    this.#outbox.push(
      this.#channelOf(topic),
      `${this.#own}"at":${this.#options.clock.now()},"event":${JSON.stringify(event)}}`,
    );
  }

  async subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    // Live here before anything is awaited.
    const subscribed = this.#options.local.subscribe(topic, listener);
    const count = this.#counts.get(topic) ?? 0;
    this.#counts.set(topic, count + 1);
    const listened = this.#options.channels.listen(
      this.#channelOf(topic),
      (text) => this.#receive(topic, text),
    );
    const subscription = await subscribed;
    await listened;
    let isOver = false;
    return {
      unsubscribe: async (): Promise<void> => {
        const unsubscribed = subscription.unsubscribe();
        if (!isOver) this.#leave(topic);
        isOver = true;
        await unsubscribed;
      },
    };
  }

  onGap(listener: () => void): Disposable {
    return this.#options.channels.onGap(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#options.local[Symbol.asyncDispose]();
    const late = Promise.withResolvers<void>();
    const deadline = this.#options.clock.after(LAST_MS, late.resolve);
    await Promise.race([this.#outbox[Symbol.asyncDispose](), late.promise]);
    deadline.cancel();
  }

  #leave(topic: string): void {
    const left = (this.#counts.get(topic) ?? 1) - 1;
    if (left > 0) return void this.#counts.set(topic, left);
    this.#counts.delete(topic);
    this.#options.channels.leave(this.#channelOf(topic));
  }

  #receive(topic: string, text: string): void {
    if (this.#closed || text.startsWith(this.#own)) return;
    const event = this.#read(text);
    if (event !== null) return this.#options.local.publish(topic, event);
    // Another release may say what this one does not know; once in a while is enough to find out.
    if (this.#unreadable++ % 1_000 === 0) log.warn("What came on {topic} was not understood", { topic });
  }

  #read(text: string): E | null {
    try {
      const envelope = Envelope.safeParse(JSON.parse(text));
      if (!envelope.success) return null;
      const { at, event } = envelope.data;
      // An instance of an older release tells no time, and the clock of another machine may be ahead.
      if (at !== undefined) this.#lag.note(Math.max(0, this.#options.clock.now() - at) / 1_000);
      return this.#options.decode(event);
    } catch {
      return null;
    }
  }

  #channelOf(topic: string): string {
    return `${this.#options.prefix}:bus:${topic}`;
  }
}
