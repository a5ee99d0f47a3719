/**
 * An instance as an object: the real realtime module on a real SQLite file, with fake sockets and a clock that
 * stands still until it is moved.
 *
 * @module
 */
import { LocalBus } from "../../db/local/bus.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import type { Session } from "../../db/model.ts";
import { SqliteStore } from "../../db/sql/sqlite/store.ts";
import type { Store } from "../../db/store.ts";
import {
  type ChatEvent,
  createRealtime,
  DEFAULT_LIMITS,
  type Limits,
  type Realtime,
} from "../../realtime/mod.ts";
import { DiskImage } from "./disk_image.ts";
import { FakeClock, settle } from "./fake_clock.ts";
import { AnyFrame } from "./socket_client.ts";

/** How an instance differs from the default one. */
export interface InstanceOptions {
  readonly mode?: "debug" | "release";
  readonly limits?: Partial<Limits>;
  readonly presenceEveryoneBelow?: number;
  /** Where the store is; one of its own when absent. It outlives the instance, and another may open it after. */
  readonly dataDir?: string;
  readonly clock?: FakeClock;
  /** Names messages and connections; instances on one directory share one. */
  readonly newId?: () => string;
  /** What the instance gets in place of its store, such as one that takes its time. */
  readonly through?: (store: Store) => Store;
}

/** A running instance; disposing it ends it and, where it made the directory, removes it. */
export interface TestInstance extends AsyncDisposable {
  readonly realtime: Realtime;
  readonly store: SqliteStore;
  readonly bus: LocalBus<ChatEvent>;
  readonly clock: FakeClock;
  /**
   * Ends it as a process that dies: what waits is lost, nothing is written, and the directory holds what it held at
   * this moment. Its clock stands still from now on. Not to be disposed after.
   */
  kill(): void;
  /** Connects somebody and waits until the socket is welcome. */
  connect(userId: number, how?: ConnectOptions): Promise<FakeSocket>;
}

/** How somebody connects. */
export interface ConnectOptions {
  /** Whether the client confirms delivery itself; default: no. */
  readonly confirms?: boolean;
  /** Default: an identity of debug mode. */
  readonly session?: Session;
}

/** A socket without a network: what was sent to it, and how it was closed. */
export class FakeSocket {
  bufferedAmount = 0;
  readonly frames: AnyFrame[] = [];
  closedWith: number | null = null;
  #events: { text(text: string): void; closed(): void } | null = null;

  /** Called by the instance. */
  send(text: string): void {
    this.frames.push(AnyFrame.parse(JSON.parse(text)));
  }

  /** Called by the instance. */
  close(code: number): void {
    this.closedWith = code;
    this.#events?.closed();
  }

  /** What the other side writes. */
  async write(frame: object): Promise<void> {
    this.#events?.text(JSON.stringify(frame));
    await settle();
  }

  /** The other side is gone. */
  async hangUp(): Promise<void> {
    this.#events?.closed();
    await settle();
  }

  /** The frames of a type, oldest first. */
  of(type: string): readonly AnyFrame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** Binds the events that the instance listens to. */
  bind(events: { text(text: string): void; closed(): void }): void {
    this.#events = events;
  }
}

/** Connects somebody to an instance and waits until the socket is welcome. */
export async function connectTo(
  realtime: Realtime,
  userId: number,
  { confirms = false, session }: ConnectOptions = {},
): Promise<FakeSocket> {
  const socket = new FakeSocket();
  const identity = { userId, username: `user${userId}`, session: session ?? null, language: "en" } as const;
  const events = realtime.accept(identity, socket, confirms);
  socket.bind(events);
  events.opened();
  await settle();
  return socket;
}

/** How far the clock moves at a time while an instance ends, and in all, in ms. */
const ENDING_STEP_MS = 20;
const ENDING_MS = 60_000;

/** Names that rise, in the form of a UUIDv7. */
export function risingIds(): () => string {
  let ids = 0;
  return () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
}

/** Starts an instance. */
export async function startInstance(options: InstanceOptions = {}): Promise<TestInstance> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "go-chat-instance-" });
  const { clock = new FakeClock(), newId = risingIds() } = options;
  const store = await SqliteStore.open({ dataDir, clock, newId: () => crypto.randomUUID() });
  const bus = new LocalBus<ChatEvent>();
  const realtime = await createRealtime({
    mode: options.mode ?? "debug",
    store: options.through?.(store) ?? store,
    bus,
    presence: new LocalPresence(new PresenceMemory(clock), "only"),
    clock,
    newMessageId: newId,
    newConnectionId: newId,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    presenceEveryoneBelow: options.presenceEveryoneBelow ?? 500,
    mayOpen: () => true,
  });
  return {
    realtime,
    store,
    bus,
    clock,
    connect: (userId, how) => connectTo(realtime, userId, how),
    kill(): void {
      const image = DiskImage.take(dataDir);
      store.abandon();
      image.restore();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await endWhile(clock, realtime[Symbol.asyncDispose]());
      await endWhile(clock, store[Symbol.asyncDispose]());
      if (options.dataDir === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Moves the clock until `ending` came to its end, since the end waits too; resolves or throws as it does. */
export async function endWhile(clock: FakeClock, ending: PromiseLike<unknown>): Promise<void> {
  let isOver = false;
  const over = Promise.resolve(ending).finally(() => isOver = true);
  for (let ms = 0; !isOver && ms < ENDING_MS; ms += ENDING_STEP_MS) await clock.advance(ENDING_STEP_MS);
  await over;
}
