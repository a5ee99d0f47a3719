/**
 * The page's own client on real sockets, without a page: for tests of what people's devices do.
 *
 * @module
 */
import type { Saved } from "../../static/core/cache.js";
import { Connection } from "../../static/core/connection.js";
import type { ConnectionOptions } from "../../static/core/connection.js";
import { createMemory, type Socket, type SocketEvents, systemClock } from "../../static/core/platform.js";

/** Both sides write the type first. */
const TYPE = /^\{"type":"([a-z_]+)"/;

/** Opens a socket of the runtime for {@link Connection}. */
export function openSocket(url: string, protocols: string[], events: SocketEvents): Socket {
  const socket = new WebSocket(url, { protocols });
  socket.onmessage = ({ data }): void => events.message(data);
  socket.onclose = ({ code, reason }): void => events.close(code, reason);
  socket.onerror = (event): void => event.preventDefault();
  return socket;
}

/** A text storage of one test. */
function storage(): Parameters<typeof createMemory>[0] {
  const held = new Map<string, string>();
  return () => ({
    length: held.size,
    key: (index) => [...held.keys()][index] ?? null,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, text) => void held.set(key, text),
    removeItem: (key) => void held.delete(key),
  });
}

/** Who connects, and what of the usual is replaced. */
export type PageClientOptions = { readonly userId: number } & Partial<Omit<ConnectionOptions, "url">>;

/** A connection of debug mode to a server at `url`, not started yet. */
export function pageClient(url: URL, { userId, ...rest }: PageClientOptions): Connection {
  const target = new URL(`/ws?user_id=${userId}&username=user${userId}`, url);
  target.protocol = "ws:";
  return new Connection({
    userId,
    url: target.href,
    open: openSocket,
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    memory: createMemory(storage()),
    ...rest,
  });
}

/** Hangs up, and leaves no timer behind. */
export async function hangUp(connection: Connection): Promise<void> {
  connection.stop();
  await connection.flush();
}

/** Frames of one type in one direction. */
interface Passed {
  readonly count: number;
  /** In UTF-16 units. */
  readonly units: number;
}

const NONE: Passed = { count: 0, units: 0 };
/** The questions of a catch-up: each has one answer of its own type, or an error. */
const QUESTIONS = ["sync", "history"];

/** What passed between a client and its server since it was {@link Traffic.reset}. */
export class Traffic {
  readonly #passed = { in: new Map<string, Passed>(), out: new Map<string, Passed>() };

  /** Counts from now on. */
  constructor(connection: Connection) {
    connection.on("traffic", ({ direction, text }) => {
      if (direction === "note") return;
      const type = TYPE.exec(text)?.[1] ?? "";
      const { count, units } = this.#of(direction, type);
      this.#passed[direction].set(type, { count: count + 1, units: units + text.length });
    });
  }

  /** How many frames of a type were sent. */
  sent(type: string): number {
    return this.#of("out", type).count;
  }

  /** The frames of a type that came. */
  came(type: string): Passed {
    return this.#of("in", type);
  }

  /** Whether every question of a catch-up was answered. */
  get isAnswered(): boolean {
    return QUESTIONS.every((type) => this.sent(type) <= this.came(type).count);
  }

  /** Counts anew. */
  reset(): void {
    this.#passed.in.clear();
    this.#passed.out.clear();
  }

  #of(direction: "in" | "out", type: string): Passed {
    return this.#passed[direction].get(type) ?? NONE;
  }
}

/** A device's cache in the hands of a test: what was saved last of each conversation. */
export class CacheOf {
  #saved: Saved | null = null;

  /** For `cache` of a connection. */
  load = (): Promise<Saved | null> => Promise.resolve(this.#saved);

  /** For `cache` of a connection. */
  clear = (): Promise<void> => {
    this.#saved = null;
    return Promise.resolve();
  };

  /** For `cache` of a connection. */
  save = ({ chats, gone, ...head }: Parameters<NonNullable<ConnectionOptions["cache"]>["save"]>[0]): Promise<
    "saved"
  > => {
    const known = new Map(this.#saved?.chats.map((chat) => [chat.info.conversation_id, chat]));
    for (const id of gone) known.delete(id);
    for (const chat of chats) known.set(chat.info.conversation_id, chat);
    const { epoch, selfName, since } = head;
    this.#saved = { epoch, selfName, since, chats: [...known.values()] };
    return Promise.resolve("saved");
  };

  /** As if its last sync had been at that time. */
  lastSyncedAt(ms: number): void {
    if (this.#saved !== null) this.#saved = { ...this.#saved, since: new Date(ms).toISOString() };
  }
}
