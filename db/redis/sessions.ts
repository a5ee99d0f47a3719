/**
 * Sessions in Redis, which forgets each at its end by itself.
 *
 * Its clock is asked for durations only: it counts from the moment of a sign-in or use, so that it need not agree
 * with the clocks of the instances on what time it is.
 *
 * @module
 */
import { z } from "zod";
import type { Session, UserId } from "../model.ts";
import { isLive, SESSION_IDLE_MS, type SessionStore } from "../sessions.ts";
import type { RedisLink } from "./link.ts";
import { CREATE, END, LIST, LIVE, TOUCH } from "./session_scripts.ts";

/** Sessions that one user is shown. */
const MAX_LISTED = 200;
/** Ids that one script looks at, and that one changes: everybody else waits a few ms for it. */
const LOOKED_AT = 500;
const CHANGED = 100;

const Ids = z.array(z.string());
const Positions = z.array(z.number());
const Lists = z.array(z.array(z.string()));
const Time = z.string().regex(/^\d{1,16}$/).transform(Number);

/** A session as its hash has it. */
const Stored = z.object({
  id: z.string(),
  userId: Time,
  device: z.string(),
  address: z.string(),
  createdAt: Time,
  lastUsedAt: Time,
  expiresAt: Time,
});

/** What a session store is made of. */
export interface RedisSessionsOptions {
  readonly link: RedisLink;
  /** Before every key. */
  readonly prefix: string;
  /** Every instance is told by this channel of sessions that ended, as a JSON list of ids. */
  readonly endedChannel: string;
}

/** The sessions of a Redis. */
export class RedisSessionStore implements SessionStore {
  readonly #link: RedisLink;
  readonly #sessions: string;
  readonly #indexes: string;
  readonly #endedChannel: string;

  constructor({ link, prefix, endedChannel }: RedisSessionsOptions) {
    this.#link = link;
    this.#sessions = `${prefix}:session:`;
    this.#indexes = `${prefix}:sessions:`;
    this.#endedChannel = endedChannel;
  }

  async create(session: Session): Promise<void> {
    const { id, userId, lastUsedAt, expiresAt } = session;
    const ttl = Math.min(expiresAt - lastUsedAt, SESSION_IDLE_MS);
    if (ttl <= 0) return;
    const keys = [this.#sessions + id, this.#indexes + userId];
    await CREATE.run(this.#link, keys, [ttl, id, ...Object.entries(toStored(session)).flat()]);
  }

  async find(id: string, now: number): Promise<Session | null> {
    const session = toSession(await this.#link.run((client) => client.hgetall(this.#sessions + id)));
    return session !== null && isLive(session, now) ? session : null;
  }

  async list(userId: UserId, now: number): Promise<readonly Session[]> {
    const lists = Lists.parse(await LIST.run(this.#link, [this.#indexes + userId], [this.#sessions]));
    const live = lists.flatMap((list) => {
      const session = toSession(toRecord(list));
      return session !== null && isLive(session, now) ? [session] : [];
    });
    return live.slice(0, MAX_LISTED);
  }

  async end(
    userId: UserId,
    which: { readonly ids: readonly string[] } | { readonly exceptId: string | null },
  ): Promise<readonly string[]> {
    if ("ids" in which && which.ids.length === 0) return [];
    // No session has the id "".
    const chosen = "ids" in which ? ["ids", ...which.ids] : ["but", which.exceptId ?? ""];
    const args = [this.#sessions, userId, this.#endedChannel, ...chosen];
    return Ids.parse(await END.run(this.#link, [this.#indexes + userId], args));
  }

  async touch(ids: readonly string[], now: number): Promise<void> {
    for (const chunk of chunksOf(ids, CHANGED)) {
      await TOUCH.run(this.#link, [], [this.#sessions, this.#indexes, now, SESSION_IDLE_MS, ...chunk]);
    }
  }

  async live(ids: readonly string[], now: number): Promise<ReadonlySet<string>> {
    const live = new Set<string>();
    for (const chunk of chunksOf(ids, LOOKED_AT)) {
      const args = [this.#sessions, now, SESSION_IDLE_MS, ...chunk];
      for (const at of Positions.parse(await LIVE.run(this.#link, [], args))) live.add(chunk[at] ?? "");
    }
    return live;
  }
}

function chunksOf(ids: readonly string[], size: number): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, at) => ids.slice(at * size, (at + 1) * size));
}

function toStored({ id, userId, device, address, createdAt, lastUsedAt, expiresAt }: Session): Readonly<
  Record<keyof Session, string | number>
> {
  return { id, userId, device, address, createdAt, lastUsedAt, expiresAt };
}

/** Null: there is none, or something else has its name. */
function toSession(stored: unknown): Session | null {
  return Stored.safeParse(stored).data ?? null;
}

function toRecord(list: readonly string[]): Readonly<Record<string, string>> {
  const record: Record<string, string> = {};
  for (let at = 0; at + 1 < list.length; at += 2) record[list[at] ?? ""] = list[at + 1] ?? "";
  return record;
}
