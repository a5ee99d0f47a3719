/**
 * Who is here: once a user, however many devices; a leave waits a little so that a reload is silent.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { User, UserId } from "../db/model.ts";
import type { UserStore } from "../db/users.ts";
import type { Connection } from "./connection.ts";
import type { Directory } from "./directory.ts";
import type { OnlineUser } from "./frames.ts";
import { LEAVE_DELAY_MS, MAX_ONLINE_LISTED } from "./limits.ts";
import { OnlineList } from "./online_list.ts";
import { timestamp } from "./wire.ts";

const log = getLogger(["chat", "realtime"]);

/** Names of people without an account whom debug mode saw; past this the oldest is forgotten. */
const MAX_REMEMBERED = 10_000;

/** Told of each join and leave, once a user. */
export type OnPresence = (userId: UserId, change: "join" | "leave") => void;

interface Here {
  readonly username: string;
  /** Whether debug mode took the name from the query: it then wins over the account's. */
  readonly isNamed: boolean;
  readonly since: number;
  /** Runs while the last connection is gone and the leave waits. */
  leaving: Timer | null;
}

interface PresenceDeps {
  readonly mode: "debug" | "release";
  readonly directory: Directory;
  readonly users: Pick<UserStore, "touch">;
  readonly clock: Clock;
  readonly onChange: OnPresence;
}

/** Keeps who is online on this instance. */
export class Presence implements AsyncDisposable {
  readonly #deps: PresenceDeps;
  readonly #here = new Map<UserId, Here>();
  readonly #list = new OnlineList(MAX_ONLINE_LISTED);
  readonly #remembered = new Map<UserId, { readonly username: string; readonly at: number }>();

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** How many people are online. */
  get size(): number {
    return this.#here.size;
  }

  /** Whether a user is online, or left less than the delay ago. */
  isOnline(userId: UserId): boolean {
    return this.#here.has(userId);
  }

  /** The first `limit` people who are online. */
  online(limit: number = MAX_ONLINE_LISTED): readonly UserId[] {
    const ids: UserId[] = [];
    for (const id of this.#here.keys()) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    return ids;
  }

  /** Notes that a connection of somebody is there; `user` is their account, if they have one. */
  arrived({ identity }: Connection, user: User | undefined): void {
    const { userId, username } = identity;
    const here = this.#here.get(userId);
    here?.leaving?.cancel();
    const since = here?.since ?? this.#deps.clock.now();
    this.#here.set(userId, { username, isNamed: identity.session === null, since, leaving: null });
    // A second device changes nothing that others see, unless debug mode took another name for it.
    if (here?.username !== username) this.#list.set(userId, JSON.stringify(this.#describe(userId, user)));
    if (here === undefined) this.#deps.onChange(userId, "join");
  }

  /** Notes that a user's last connection is gone. */
  left(userId: UserId): void {
    const here = this.#here.get(userId);
    if (here === undefined || here.leaving !== null) return;
    here.leaving = this.#deps.clock.after(LEAVE_DELAY_MS, () => this.#leave(userId, here.username));
  }

  /** What others see of these people. In release, ids without an account are absent. */
  async describe(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, OnlineUser>> {
    const users = await this.#deps.directory.load(ids);
    const described = new Map<UserId, OnlineUser>();
    for (const id of ids) {
      const user = users.get(id);
      if (user === undefined && this.#deps.mode === "release") continue;
      described.set(id, this.#describe(id, user));
    }
    return described;
  }

  /** The encoded {@link OnlineUser}s of those of `ids` who are online, with commas between. */
  encoded(ids: Iterable<UserId>): string {
    return this.#list.of(ids);
  }

  /** The same of everybody, at most 500, and of `viewerId` in any case. */
  encodedEverybody(viewerId: UserId | null): string {
    return this.#list.everybody(viewerId);
  }

  /** Looks up again what others see of a user, because name or avatar changed. */
  async changed(userId: UserId): Promise<void> {
    if (!this.#here.has(userId)) return;
    const users = await this.#deps.directory.load([userId]);
    if (this.#here.has(userId)) {
      this.#list.set(userId, JSON.stringify(this.#describe(userId, users.get(userId))));
    }
  }

  /** Stores when people were last seen, for those still here; called at the end and now and then. */
  async noteSeen(): Promise<void> {
    const ids = [...this.#here.keys()];
    const at = this.#deps.clock.now();
    for (let from = 0; from < ids.length; from += 1_000) {
      await this.#deps.users.touch(ids.slice(from, from + 1_000), at);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const here of this.#here.values()) here.leaving?.cancel();
    await this.noteSeen().catch((error) =>
      log.warn("Last seen was not stored: {error}", { error: String(error) })
    );
    this.#here.clear();
  }

  #describe(id: UserId, user: User | undefined): OnlineUser {
    const here = this.#here.get(id);
    const remembered = this.#remembered.get(id);
    const named = here?.isNamed === true ? here.username : undefined;
    const seenAt = here?.since ?? user?.lastSeenAt ?? remembered?.at ?? null;
    return {
      user_id: id,
      username: named ?? user?.username ?? here?.username ?? remembered?.username ?? `user${id}`,
      avatar: user?.avatar ?? "",
      status: here === undefined ? "offline" : "online",
      last_seen: seenAt === null ? null : timestamp(seenAt),
    };
  }

  #leave(userId: UserId, username: string): void {
    this.#here.delete(userId);
    this.#list.delete(userId);
    const at = this.#deps.clock.now();
    this.#remember(userId, username, at);
    const told = (): void => {
      this.#deps.directory.forget(userId);
      // Who came back while it was stored was told to have joined already, and a leave after that would stay.
      if (!this.#here.has(userId)) this.#deps.onChange(userId, "leave");
    };
    this.#deps.users.touch([userId], at).then(told, (error) => {
      log.warn("Last seen of user {userId} was not stored: {error}", { userId, error: String(error) });
      told();
    });
  }

  #remember(userId: UserId, username: string, at: number): void {
    this.#remembered.delete(userId);
    this.#remembered.set(userId, { username, at });
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }
}
