/**
 * One connection to Redis, under this program's rules: every command has a deadline, nothing is queued while the
 * server is away, and it comes back by itself for as long as it takes.
 *
 * @module
 */
import { isIP } from "node:net";
import { getLogger } from "@logtape/logtape";
import type { Redis } from "ioredis";
import type { Clock } from "../clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../errors.ts";
import { isRefusal, reasonOf, unavailable } from "./failures.ts";
import { redisName, type RedisPlace } from "../places.ts";

const log = getLogger(["chat", "redis"]);

/** How long a command may take, in ms; of presence's contract, and within what /readyz gives a backend. */
export const COMMAND_MS = 1_900;
/** A server that owes an answer for this long is taken for dead, in ms. */
const SILENT_MS = 2_400;
/** For a connection to come about, in ms. With the longest pause below, the way back takes less than 10 s. */
const CONNECT_MS = 3_000;
/** Between two tries to connect, in ms. */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 2_000;
/** For the server to close what this side has closed, in ms. */
const CLOSE_MS = 100;
/** While the server reads its file into memory it is asked again this often, in ms. */
const LOADING_RETRY_MS = 1_000;

/** A text for a channel. */
export interface Hint {
  readonly channel: string;
  readonly text: string;
}

/** Why a connection ended of which no more is known. */
const SILENT = "the connection ended";

/** What a link is made with. */
export interface LinkOptions {
  readonly place: RedisPlace;
  readonly clock: Clock;
  /** What goes over it, for the log. */
  readonly purpose: string;
}

/** A connection that is there, or comes back. */
export class RedisLink implements AsyncDisposable {
  readonly #client: Redis;
  readonly #options: LinkOptions;
  readonly #onUp = new Set<() => void>();
  readonly #onDown = new Set<() => void>();
  #isUp = false;
  #failure = SILENT;
  #refusal: string | null = null;
  #downSince: number | null = null;
  #closing: Promise<void> | null = null;

  private constructor(client: Redis, options: LinkOptions) {
    this.#client = client;
    this.#options = options;
    client.on("ready", () => this.#came());
    client.on("close", () => this.#went());
    client.on("error", (error: Error) => this.#failed(error));
  }

  /**
   * Connects, trying again for `withinMs`. Throws {@link StoreRefusedError} when the server could not be reached, or
   * at once when it refuses us.
   */
  static async open(options: LinkOptions & { readonly withinMs: number }): Promise<RedisLink> {
    const link = new RedisLink(await makeClient(options.place), options);
    try {
      await link.#begin(options.withinMs);
      return link;
    } catch (error) {
      await link[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether the server takes commands, as far as this side knows. */
  get isUp(): boolean {
    return this.#isUp && this.#client.status === "ready";
  }

  /** Calls `listener` whenever the connection is there again. */
  onUp(listener: () => void): void {
    this.#onUp.add(listener);
  }

  /** Calls `listener` whenever the connection is lost. */
  onDown(listener: () => void): void {
    this.#onDown.add(listener);
  }

  /** Calls `listener` with every text that comes by a channel. */
  onMessage(listener: (channel: string, text: string) => void): void {
    this.#client.on("message", listener);
  }

  /** Runs a command. Throws {@link StoreUnavailableError} within {@link COMMAND_MS}. */
  async run<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    if (!this.isUp) throw new StoreUnavailableError(`${redisName(this.#options.place)} cannot be reached`);
    try {
      return await command(this.#client);
    } catch (error) {
      throw unavailable(this.#options.place, error);
    }
  }

  /** Publishes texts in one go. Answers what each failed by, null where it did not; never throws. */
  async publish(hints: readonly Hint[]): Promise<readonly (Error | null)[]> {
    const batch = this.#client.pipeline();
    for (const { channel, text } of hints) batch.publish(channel, text);
    try {
      const answers = await batch.exec();
      return hints.map((_, at) => (answers?.[at] ?? [new Error("it did not answer")])[0]);
    } catch (error) {
      return hints.map(() => error instanceof Error ? error : new Error("it failed"));
    }
  }

  /** Gives the connection up and makes another. */
  renew(): void {
    if (this.isUp) this.#client.disconnect(true);
  }

  /** Resolves when the server answers. Throws {@link StoreUnavailableError}. */
  async ping(): Promise<void> {
    await this.run((client) => client.ping());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #begin(withinMs: number): Promise<void> {
    const { place, clock } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (why: string): void =>
      reject(new StoreRefusedError(`Cannot start: ${redisName(place)} ${why}`));
    const deadline = clock.after(withinMs, () => {
      refuse(`cannot be reached, tried for ${withinMs / 1_000} s: ${this.#failure}`);
    });
    this.#client.on("ready", resolve);
    const look = (): void => {
      if (this.#refusal !== null) refuse(`refuses us: ${this.#refusal}`);
    };
    this.#client.on("error", look);
    try {
      // A failed try is followed by the next; what it failed by comes as an event.
      this.#client.connect().catch(() => {});
      await promise;
    } finally {
      deadline.cancel();
      this.#client.off("ready", resolve);
      this.#client.off("error", look);
    }
  }

  #came(): void {
    const { place, purpose, clock } = this.#options;
    this.#isUp = true;
    this.#failure = SILENT;
    if (this.#downSince !== null) {
      const seconds = Math.ceil((clock.now() - this.#downSince) / 1_000);
      log.info("{name} is back after {seconds} s ({purpose})", { name: redisName(place), seconds, purpose });
    }
    this.#downSince = null;
    for (const listener of this.#onUp) listener();
  }

  #went(): void {
    if (this.#closing !== null) return;
    const { place, purpose, clock } = this.#options;
    if (this.#downSince === null) {
      this.#downSince = clock.now();
      log.warn("{name} cannot be reached, trying until it can ({purpose}): {reason}", {
        name: redisName(place),
        purpose,
        reason: this.#failure,
      });
    }
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const listener of this.#onDown) listener();
  }

  /** Errors of the driver carry the arguments of their command, a password among them: only their reason is kept. */
  #failed(error: Error): void {
    this.#failure = reasonOf(error);
    if (!isRefusal(error)) return;
    this.#refusal = this.#failure;
    // The driver would go on with another database than the one that was asked for.
    this.#client.disconnect(true);
  }

  async #close(): Promise<void> {
    const { clock } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isUp = false;
    // A connection that waits for its next try never tells its end.
    const deadline = clock.after(CLOSE_MS + 50, resolve);
    this.#client.on("end", resolve);
    this.#client.disconnect();
    await promise;
    deadline.cancel();
  }
}

async function makeClient({ host, port, tls, username, password, database }: RedisPlace): Promise<Redis> {
  const { Redis } = await import("./driver.ts");
  return new Redis({
    host,
    port,
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    db: database,
    connectionName: "go-chat",
    disableClientInfo: true,
    // With 3 a password that the server does not want leaves both sides with different ideas of the protocol.
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    // What was under way when a connection ends fails at once, not at its deadline.
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    socketTimeout: SILENT_MS,
    disconnectTimeout: CLOSE_MS,
    maxLoadingRetryTime: LOADING_RETRY_MS,
    // After a failover the old server takes no writes; its name may lead to the new one by now.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    retryStrategy: (times) => Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(times - 1, 10)),
  });
}
