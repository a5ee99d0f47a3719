/**
 * A store, opened: what `db/open.ts` hands to the composition root.
 *
 * @module
 */
import type { Checked } from "./checked.ts";
import type { Archive } from "./archive.ts";
import type { ErasureStore } from "./erasures.ts";
import type { InviteStore } from "./invites.ts";
import type { MessageStore } from "./messages.ts";
import type { SessionStore } from "./sessions.ts";
import type { UserStore } from "./users.ts";

/** Facts of the store as a whole. */
export interface StoreFacts {
  /** Changes when the store was restored or replaced: clients then drop their caches. */
  readonly epoch: string;
  /** Whether debug mode, in which anyone may be anyone, ever wrote here. */
  readonly usedInDebug: boolean;
  /** The epoch of the store that is being copied into this one, which is then not whole; null: none is. */
  readonly copiedFrom: string | null;
}

/**
 * Keeps one text for another backend: what it remembers here is not restored with it, so it finds out that it was.
 */
export interface Witness {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** Everything durable, behind one owner. Disposing it checkpoints, closes and releases the lock. */
export interface Store extends AsyncDisposable {
  readonly facts: StoreFacts;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invites: InviteStore;
  readonly messages: MessageStore;
  readonly erasures: ErasureStore;
  /** For whichever backend holds the messages instead of this store. */
  readonly witness: Witness;
  /** Everything in it, for moving house. */
  readonly archive: Archive;
  /** Notes of which store a copy into this one was begun, which gives it a new epoch; null: it is whole. */
  noteCopy(from: string | null): Promise<void>;
  /** Notes for ever that debug mode wrote here. */
  noteDebugUse(): Promise<void>;
  /** Bytes that an embedded database takes of the disk; absent: there is none. */
  sizeBytes?(): number;
  /** Resolves when each backend answers, with how long each took; rejects naming the one that does not. Bounded by 2 s. */
  check(): Promise<readonly Checked[]>;
}

/** What serving people needs of a store: all but what a start, an end and moving house do with it. */
export type ServingStore = Pick<
  Store,
  "facts" | "users" | "sessions" | "invites" | "messages" | "erasures" | "check"
>;

/**
 * What of a store can be read beside whoever writes it, without asking them. Each answer sees every write that was
 * acknowledged before the question.
 */
export interface StoreReader extends AsyncDisposable {
  readonly users: Pick<UserStore, "find" | "byIds" | "search" | "hasMoreActiveThan">;
  readonly sessions:
    & Pick<SessionStore, "find" | "list" | "live">
    & Required<Pick<SessionStore, "findNow">>;
  readonly invites: Pick<InviteStore, "find" | "list">;
  readonly erasures: Pick<ErasureStore, "find">;
  readonly messages: Pick<
    MessageStore,
    "repeatOf" | "list" | "conversations" | "sync" | "contacts" | "memberIds" | "conversationsOf"
  >;
}
