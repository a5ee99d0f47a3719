/**
 * Who is online, here and on other instances: once a user, however many devices; a leave waits a little so that a
 * reload is silent, also one that lands on another instance.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { User, UserId } from "../db/model.ts";
import type { Person } from "../db/presence.ts";
import type { UserStore } from "../db/users.ts";
import type { Connection } from "./connection.ts";
import type { Directory } from "./directory.ts";
import type { PresenceAudience } from "./events.ts";
import type { OnlineUser } from "./frames.ts";
import { LEAVE_DELAY_MS, MAX_ONLINE_LISTED } from "./limits.ts";
import type { Neighbours } from "./neighbours.ts";
import { OnlineList } from "./online_list.ts";
import { timestamp } from "./wire.ts";

const log = getLogger(["chat", "realtime"]);

/** People whose leave is remembered: names of debug mode, and times that the store may not have yet. */
const MAX_REMEMBERED = 10_000;

/** Told of each join and leave, once a user over all instances; `to` is whom the event of another instance names. */
export type OnPresence = (userId: UserId, change: "join" | "leave", to: PresenceAudience) => void;

/** Told of everybody who comes to this instance or leaves it; `isNews`: who was on no other at that moment. */
export interface OnHere {
  came(person: Person, how: { readonly isNews: boolean }): void;
  left(userId: UserId, how: { readonly at: number; readonly isNews: boolean }): void;
}

interface Here {
  readonly person: Person;
  /** Whether debug mode took the name from the query: it then wins over the account's. */
  readonly isNamed: boolean;
  /** Runs while the last connection is gone and the leave waits. */
  leaving: Timer | null;
}

interface PresenceDeps {
  readonly mode: "debug" | "release";
  readonly directory: Directory;
  readonly users: Pick<UserStore, "touch">;
  readonly neighbours: Pick<Neighbours, "find">;
  readonly clock: Clock;
  readonly onChange: OnPresence;
  readonly onHere: OnHere;
}

/** Keeps who is online, and who of them on this instance. */
export class Presence implements AsyncDisposable {
  readonly #deps: PresenceDeps;
  readonly #here = new Map<UserId, Here>();
  /** Everybody who is online, here or elsewhere. */
  readonly #list = new OnlineList(MAX_ONLINE_LISTED);
  readonly #remembered = new Map<UserId, { readonly username: string; readonly at: number }>();

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** How many people are online, on all instances. */
  get size(): number {
    return this.#list.size;
  }

  /** How many of them are on this instance. */
  get sizeHere(): number {
    return this.#here.size;
  }

  /** Whether a user is online, or left less than the delay ago. */
  isOnline(userId: UserId): boolean {
    return this.#list.has(userId);
  }

  /** The same, on this instance. */
  isHere(userId: UserId): boolean {
    return this.#here.has(userId);
  }

  /** The first `limit` people who are online. */
  online(limit: number = MAX_ONLINE_LISTED): readonly UserId[] {
    return this.#list.ids(limit);
  }

  /** Everybody on this instance, those included whose leave waits. */
  *here(): IterableIterator<Person> {
    for (const { person } of this.#here.values()) yield person;
  }

  /** Notes that a connection of somebody is there; `user` is their account, if they have one. */
  arrived({ identity }: Connection, user: User | undefined): void {
    const { userId } = identity;
    const here = this.#here.get(userId);
    here?.leaving?.cancel();
    const isNamed = identity.session === null;
    this.#put({
      userId,
      username: isNamed ? identity.username : user?.username ?? identity.username,
      avatar: user?.avatar ?? "",
      since: here?.person.since ?? this.#deps.clock.now(),
    }, isNamed);
  }

  /** Notes that a user's last connection here is gone. */
  left(userId: UserId): void {
    const here = this.#here.get(userId);
    if (here === undefined || here.leaving !== null) return;
    here.leaving = this.#deps.clock.after(LEAVE_DELAY_MS, () => this.#leave(here.person));
  }

  /** Looks again where somebody is, because another instance's roster changed; `person`: as they were there. */
  heard(person: Person, { at, to }: { readonly at: number; readonly to: PresenceAudience }): void {
    const { userId } = person;
    // What is known here goes first.
    if (this.#here.has(userId)) return;
    const elsewhere = this.#deps.neighbours.find(userId);
    const wasOnline = this.#list.has(userId);
    if (elsewhere !== null) {
      this.#list.set(userId, this.#encode(elsewhere));
      if (!wasOnline) this.#deps.onChange(userId, "join", to);
    } else if (wasOnline) {
      this.#list.delete(userId);
      this.#remember(person, at);
      this.#deps.onChange(userId, "leave", to);
    }
  }

  /** What others see of these people. In release, ids without an account are absent. */
  async describe(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, OnlineUser>> {
    // Of those who are online everything is known already.
    const users = await this.#deps.directory.load(ids.filter((id) => this.#personOf(id) === null));
    const described = new Map<UserId, OnlineUser>();
    for (const id of ids) {
      const person = this.#personOf(id);
      const user = users.get(id);
      if (person !== null) described.set(id, shownOnline(person));
      else if (user !== undefined || this.#deps.mode === "debug") described.set(id, this.#offline(id, user));
    }
    return described;
  }

  /** The encoded {@link OnlineUser}s of those of `ids` who are online, at most 500, with commas between. */
  encoded(ids: Iterable<UserId>): string {
    return this.#list.of(ids);
  }

  /** The same of everybody, at most 500, and of `viewerId` in any case. */
  encodedEverybody(viewerId: UserId | null): string {
    return this.#list.everybody(viewerId);
  }

  /** Looks up again what others see of a user, because name or avatar changed, or the account is gone. */
  async changed(userId: UserId): Promise<void> {
    if (!this.#here.has(userId) && !this.#remembered.has(userId)) return;
    const users = await this.#deps.directory.load([userId]);
    if (!users.has(userId)) this.#gone(userId);
    this.seen([...users.values()]);
  }

  /** Takes over what accounts look like now, for those who are here. */
  seen(users: Iterable<User>): void {
    for (const { id, username, avatar } of users) {
      const here = this.#here.get(id);
      if (here === undefined) continue;
      const person = { ...here.person, username: here.isNamed ? here.person.username : username, avatar };
      this.#put(person, here.isNamed, here.leaving);
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

  #put(person: Person, isNamed: boolean, leaving: Timer | null = null): void {
    const { userId } = person;
    const before = this.#here.get(userId);
    const wasOnline = this.#list.has(userId);
    this.#here.set(userId, { person, isNamed, leaving });
    // A second device changes nothing that others see, unless debug mode took another name for it.
    if (before !== undefined && isSame(before.person, person)) return;
    this.#list.set(userId, this.#encode(person));
    this.#deps.onHere.came(person, { isNews: !wasOnline });
    if (!wasOnline) this.#deps.onChange(userId, "join", null);
  }

  #encode(person: Person): string {
    return JSON.stringify(shownOnline(person));
  }

  #personOf(id: UserId): Person | null {
    return this.#here.get(id)?.person ?? this.#deps.neighbours.find(id);
  }

  #offline(id: UserId, user: User | undefined): OnlineUser {
    const remembered = this.#remembered.get(id);
    const seenAt = Math.max(user?.lastSeenAt ?? 0, remembered?.at ?? 0);
    return {
      user_id: id,
      username: user?.username ?? remembered?.username ?? `user${id}`,
      avatar: user?.avatar ?? "",
      status: "offline",
      last_seen: seenAt === 0 ? null : timestamp(seenAt),
    };
  }

  #leave(person: Person): void {
    const { userId } = person;
    const at = this.#deps.clock.now();
    this.#here.delete(userId);
    const elsewhere = this.#deps.neighbours.find(userId);
    if (elsewhere !== null) {
      this.#list.set(userId, this.#encode(elsewhere));
      return this.#deps.onHere.left(userId, { at, isNews: false });
    }
    this.#list.delete(userId);
    this.#remember(person, at);
    const told = (): void => {
      // They may have come back while the time was stored.
      if (this.#here.has(userId)) return;
      this.#deps.onHere.left(userId, { at, isNews: true });
      if (!this.#list.has(userId)) this.#deps.onChange(userId, "leave", null);
    };
    this.#deps.users.touch([userId], at).then(told, (error) => {
      log.warn("Last seen of user {userId} was not stored: {error}", { userId, error: String(error) });
      told();
    });
  }

  /** Somebody who was erased leaves at once, and nothing is remembered of them. */
  #gone(userId: UserId): void {
    this.#remembered.delete(userId);
    const here = this.#here.get(userId);
    if (here === undefined) return;
    here.leaving?.cancel();
    this.#here.delete(userId);
    this.#list.delete(userId);
    this.#deps.onHere.left(userId, { at: this.#deps.clock.now(), isNews: true });
    this.#deps.onChange(userId, "leave", null);
  }

  #remember({ userId, username }: Person, at: number): void {
    this.#remembered.delete(userId);
    this.#remembered.set(userId, { username, at });
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }
}

function shownOnline({ userId, username, avatar, since }: Person): OnlineUser {
  return { user_id: userId, username, avatar, status: "online", last_seen: timestamp(since) };
}

function isSame(one: Person, other: Person): boolean {
  return one.username === other.username && one.avatar === other.avatar;
}
