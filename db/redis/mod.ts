/**
 * Redis: what the instances share that is not messages and people.
 *
 * @module
 */
import type { Bus, Decode } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { StoreRefusedError } from "../errors.ts";
import { LEASE_MS, type PresenceStore } from "../presence.ts";
import type { SessionStore } from "../sessions.ts";
import type { Tally } from "../tally.ts";
import { RedisBus } from "./bus.ts";
import { Channels } from "./channels.ts";
import { RedisLink } from "./link.ts";
import { redisName, type RedisPlace } from "../places.ts";
import { RedisPresence } from "./presence.ts";
import { agreesOn } from "./secrets.ts";
import { SessionCache } from "./session_cache.ts";
import { RedisSessionStore } from "./sessions.ts";
import { RedisTally } from "./tally.ts";

/** Before the name of every key and channel. */
const PREFIX = "go-chat";

/** What a check leaves behind goes after this long, in ms. */
const CHECKED_MS = 10_000;

/** What the backend is opened with. */
export interface RedisOptions {
  readonly place: RedisPlace;
  readonly clock: Clock;
  /** How long a server that cannot be reached is tried, in ms. */
  readonly withinMs: number;
  /** Names this run of this instance apart from every other. */
  readonly instanceId: string;
  /** Before every key and channel, instead of `go-chat`. */
  readonly prefix?: string;
}

/** The links to a Redis and everything that goes over them. */
export class RedisBackend implements AsyncDisposable {
  readonly #options: RedisOptions;
  readonly #commands: RedisLink;
  readonly #events: RedisLink;
  readonly #channels: Channels;
  readonly #channelPrefix: string;

  private constructor(options: RedisOptions, commands: RedisLink, events: RedisLink) {
    this.#options = options;
    this.#commands = commands;
    this.#events = events;
    this.#channels = new Channels(events, options.clock);
    // Databases of one server share their channels.
    this.#channelPrefix = `${this.#prefix}:${options.place.database}`;
  }

  /** Connects. Throws {@link StoreRefusedError}: a sentence to end the start with. */
  static async open(options: RedisOptions): Promise<RedisBackend> {
    const { place, clock, withinMs } = options;
    const opening = ["commands", "events"].map((purpose) =>
      RedisLink.open({ place, clock, withinMs, purpose })
    );
    const opened = await Promise.allSettled(opening);
    const [commands, events] = opened.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    if (commands !== undefined && events !== undefined) return new RedisBackend(options, commands, events);
    await commands?.[Symbol.asyncDispose]();
    throw opened.find((one) => one.status === "rejected")?.reason;
  }

  /** The bus of all instances. `local` calls the listeners of this one, and belongs to the bus from here on. */
  openBus<E>(local: Bus<E>, decode: Decode<E>): Promise<RedisBus<E>> {
    const { clock, instanceId } = this.#options;
    const [commands, channels, prefix] = [this.#commands, this.#channels, this.#channelPrefix];
    return RedisBus.open({ local, decode, clock, instanceId, commands, channels, prefix });
  }

  /** The sessions of all instances. */
  openSessions(): Promise<SessionStore> {
    const endedChannel = `${this.#channelPrefix}:sessions_ended`;
    const store = new RedisSessionStore({ link: this.#commands, prefix: this.#prefix, endedChannel });
    return SessionCache.open({ store, endedChannel, channels: this.#channels, clock: this.#options.clock });
  }

  /** This instance's way to the rosters of all. */
  openPresence(): PresenceStore {
    const { instanceId } = this.#options;
    return new RedisPresence({ link: this.#commands, prefix: this.#prefix, instanceId });
  }

  /** Limits that all instances share. */
  openTally(): Tally {
    return new RedisTally({ link: this.#commands, prefix: this.#prefix });
  }

  /** Throws {@link StoreRefusedError} where other instances run and know none of `secrets`. */
  async requireCommon(secrets: readonly string[]): Promise<void> {
    const { instanceId } = this.#options;
    if (await agreesOn(secrets, { link: this.#commands, prefix: this.#prefix, instanceId })) return;
    const name = redisName(this.#options.place);
    const since = `ended less than ${LEASE_MS / 1_000} s ago`;
    throw new StoreRefusedError(
      `Cannot start: CHAT_SECRET is none of those of the instances on ${name} that run or ${since}: all need the same`,
    );
  }

  /** What an operator should know of the server, in sentences; nothing where it does not say. */
  async warnings(): Promise<readonly string[]> {
    const memory = await this.#commands.run((client) => client.info("memory")).catch(() => "");
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
    if (policy === undefined || policy === "noeviction") return [];
    return [
      `${
        redisName(this.#options.place)
      } throws keys away when its memory is full (maxmemory-policy ${policy}), and ` +
      "with them people's sessions: set it to noeviction",
    ];
  }

  /** Resolves when the server answers on both links, and stores. Throws {@link StoreUnavailableError} within 2 s. */
  async check(): Promise<void> {
    const stored = this.#commands.run((client) => client.set(`${this.#prefix}:check`, "", "PX", CHECKED_MS));
    await Promise.all([stored, this.#events.ping()]);
  }

  get #prefix(): string {
    return this.#options.prefix ?? PREFIX;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#channels[Symbol.asyncDispose]();
    await Promise.all([this.#commands[Symbol.asyncDispose](), this.#events[Symbol.asyncDispose]()]);
  }
}
