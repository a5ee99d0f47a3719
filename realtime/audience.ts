/**
 * Who may see whom: everybody on a small server, else the people of one's conversations and those watched.
 *
 * @module
 */
import type { UserId } from "../db/model.ts";
import type { MessageStore } from "../db/messages.ts";
import type { UserStore } from "../db/users.ts";
import type { Clock } from "../db/clock.ts";
import type { Connection } from "./connection.ts";
import type { PresenceAudience } from "./events.ts";
import type { Hub } from "./hub.ts";
import { MAX_WATCHED } from "./limits.ts";
import { ChatError } from "./errors.ts";

/** People of one's conversations who are told and shown; the newest come first. */
const MAX_CONTACTS = 2_000;
/** Who comes is asked for at once by their own list and by the news of them: an answer is kept this long, in ms. */
const KEPT_MS = 2_000;
/** Answers kept; past this the oldest goes. */
const MAX_KEPT = 1_000;

interface AudienceDeps {
  readonly mode: "debug" | "release";
  readonly hub: Hub;
  readonly messages: Pick<MessageStore, "contacts">;
  readonly users: Pick<UserStore, "hasMoreActiveThan">;
  readonly clock: Clock;
  /** Up to this many accounts (in debug: people online) everybody sees everybody. */
  readonly everyoneBelow: number;
  readonly online: () => number;
}

/** Answers whom to tell of a change, and whom somebody may see. */
export class Audience {
  readonly #deps: AudienceDeps;
  readonly #watched = new Map<Connection, Set<UserId>>();
  readonly #watchers = new Map<UserId, Set<Connection>>();
  readonly #kept = new Map<UserId, { readonly at: number; readonly ids: Promise<readonly UserId[]> }>();
  #hasManyAccounts = false;

  constructor(deps: AudienceDeps) {
    this.#deps = deps;
  }

  /** Looks again whether there are many accounts; called at start and now and then. */
  async refresh(): Promise<void> {
    const { mode, users, everyoneBelow } = this.#deps;
    if (mode === "release") this.#hasManyAccounts = await users.hasMoreActiveThan(everyoneBelow);
  }

  /** Whether everybody sees everybody. */
  get isEveryone(): boolean {
    const { mode, online, everyoneBelow } = this.#deps;
    return mode === "release" ? !this.#hasManyAccounts : online() <= everyoneBelow;
  }

  /** Whom a user may see where not everybody sees everybody: oneself, the watched, contacts, newest first. */
  async seenBy(userId: UserId): Promise<ReadonlySet<UserId>> {
    const contacts = await this.contactsOf(userId);
    const seen = new Set([userId]);
    for (const connection of this.#deps.hub.of(userId)) {
      for (const id of this.#watched.get(connection) ?? []) seen.add(id);
    }
    for (const id of contacts) seen.add(id);
    return seen;
  }

  /** The people of a user's conversations, newest first: one indexed query, or what it answered a moment ago. */
  contactsOf(userId: UserId): Promise<readonly UserId[]> {
    const now = this.#deps.clock.now();
    const kept = this.#kept.get(userId);
    if (kept !== undefined && now - kept.at < KEPT_MS) return kept.ids;
    const ids = this.#deps.messages.contacts(userId, MAX_CONTACTS);
    ids.catch(() => this.#kept.delete(userId));
    this.#kept.delete(userId);
    this.#kept.set(userId, { at: now, ids });
    if (this.#kept.size > MAX_KEPT) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
    return ids;
  }

  /** Asks anew, because somebody has a conversation more. */
  forgetContacts(userIds: readonly UserId[]): void {
    for (const userId of userIds) this.#kept.delete(userId);
  }

  /** The connections to tell of a change of `userId`, where not everybody sees everybody; `to`: people, if known. */
  async watching(userId: UserId, to: PresenceAudience): Promise<ReadonlySet<Connection>> {
    const { hub } = this.#deps;
    const told = new Set<Connection>(this.#watchers.get(userId) ?? []);
    for (const id of [userId, ...to ?? await this.contactsOf(userId)]) {
      for (const connection of hub.of(id)) told.add(connection);
    }
    return told;
  }

  /** Changes whom a connection watches. Throws `too_many_watched`, and then nothing changed. */
  watch(connection: Connection, add: readonly UserId[], remove: readonly UserId[]): void {
    const next = new Set(this.#watched.get(connection) ?? []);
    for (const id of remove) next.delete(id);
    for (const id of add) next.add(id);
    if (next.size > MAX_WATCHED) throw new ChatError("too_many_watched");
    this.forget(connection);
    if (next.size === 0) return;
    this.#watched.set(connection, next);
    for (const id of next) {
      const watchers = this.#watchers.get(id) ?? new Set();
      this.#watchers.set(id, watchers.add(connection));
    }
  }

  /** Ends everything a connection watches. */
  forget(connection: Connection): void {
    for (const id of this.#watched.get(connection) ?? []) {
      const watchers = this.#watchers.get(id);
      watchers?.delete(connection);
      if (watchers?.size === 0) this.#watchers.delete(id);
    }
    this.#watched.delete(connection);
  }
}
