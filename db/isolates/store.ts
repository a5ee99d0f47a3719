/**
 * A store that another isolate of this process owns.
 *
 * @module
 */
import type { ErasureStore } from "../erasures.ts";
import type { InviteStore } from "../invites.ts";
import type { MessageStore } from "../messages.ts";
import type { SessionStore } from "../sessions.ts";
import type { ServingStore, StoreFacts, StoreReader } from "../store.ts";
import type { UserStore } from "../users.ts";
import { COMMIT_METHODS, packCommits, unpackCommits } from "./commits.ts";
import type { Link, Methods } from "./link.ts";
import { MergedCommits } from "./merged_commits.ts";

/** Sessions are looked up without waiting by a {@link StoreReader} alone. */
type Sessions = Omit<SessionStore, "findNow">;
type Messages = Omit<MessageStore, "commit" | "commitsAtOnce" | "repeatOf">;

/**
 * The way there and back takes longer than most commits: with one at a time both sides would wait for each other in
 * turns. Everything that comes meanwhile shares the next, so more than a few are never under way.
 */
const COMMITS_AT_ONCE = 8;

const USERS: Methods<UserStore> = {
  create: true,
  find: true,
  byIds: true,
  search: true,
  update: true,
  touch: true,
  hasMoreActiveThan: true,
};
const SESSIONS: Methods<Sessions> = {
  create: true,
  find: true,
  list: true,
  end: true,
  touch: true,
  live: true,
};
const INVITES: Methods<InviteStore> = { create: true, find: true, list: true, remove: true };
const MESSAGES: Methods<Messages> = {
  list: true,
  conversations: true,
  sync: true,
  contacts: true,
  memberIds: true,
  removeBefore: true,
  conversationsOf: true,
  emptyMessages: true,
};
const ERASURES: Methods<ErasureStore> = {
  find: true,
  schedule: true,
  due: true,
  begin: true,
  again: true,
  gone: true,
  scrub: true,
};
const CHECK: Methods<Pick<ServingStore, "check">> = { check: true };

/** Lets other isolates use a store. Their commits are joined, so each store has one of these. */
export class StoreOffice {
  readonly #store: ServingStore;
  readonly #messages: Pick<MessageStore, "commit" | "repeatOf">;

  constructor(store: ServingStore) {
    this.#store = store;
    const merged = new MergedCommits(store.messages);
    this.#messages = {
      commit: (batch) => merged.commit(batch),
      repeatOf: (draft) => store.messages.repeatOf(draft),
    };
  }

  /** Answers the calls of one isolate. */
  serve(link: Link): void {
    const { users, sessions, invites, messages, erasures } = this.#store;
    link.offer<UserStore>("users", users, USERS);
    link.offer<Sessions>("sessions", sessions, SESSIONS);
    link.offer<InviteStore>("invites", invites, INVITES);
    link.offer<Messages>("messages", messages, MESSAGES);
    link.offer<ErasureStore>("erasures", erasures, ERASURES);
    link.offer("commits", packCommits(this.#messages), COMMIT_METHODS);
    link.offer<Pick<ServingStore, "check">>("store", this.#store, CHECK);
  }
}

/**
 * The store at the other end of a link. What `reader` can answer is read here, and everything else is asked for: so
 * reading takes nothing from the isolate that writes.
 */
export function remoteStore(link: Link, facts: StoreFacts, reader: StoreReader | null): ServingStore {
  const users = link.remote<UserStore>("users", USERS);
  const sessions = link.remote<Sessions>("sessions", SESSIONS);
  const invites = link.remote<InviteStore>("invites", INVITES);
  const messages = {
    ...link.remote<Messages>("messages", MESSAGES),
    ...unpackCommits(link.remote("commits", COMMIT_METHODS)),
    commitsAtOnce: COMMITS_AT_ONCE,
  };
  const erasures = link.remote<ErasureStore>("erasures", ERASURES);
  const { check } = link.remote<Pick<ServingStore, "check">>("store", CHECK);
  if (reader === null) return { facts, users, sessions, invites, messages, erasures, check };
  return {
    facts,
    users: readHere(users, reader.users, ["find", "byIds", "search", "hasMoreActiveThan"]),
    sessions: readHere<SessionStore>(sessions, reader.sessions, ["find", "findNow", "list", "live"]),
    invites: readHere(invites, reader.invites, ["find", "list"]),
    messages: readHere<MessageStore>(messages, reader.messages, [
      "repeatOf",
      "list",
      "conversations",
      "sync",
      "contacts",
      "memberIds",
      "conversationsOf",
    ]),
    erasures,
    check,
  };
}

/** A remote part, some of whose methods are answered here. */
function readHere<T extends object>(
  remote: T,
  reader: Partial<T>,
  methods: readonly (keyof T & string)[],
): T {
  const here = methods.map((method) => {
    const read = reader[method];
    return [method, typeof read === "function" ? read.bind(reader) : read] as const;
  });
  return { ...remote, ...Object.fromEntries(here) };
}
