/**
 * What can be asked about a person's data: to have all of it, and to be forgotten. For whoever operates the server, by
 * its store or by the running program alike.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { UserId } from "../../db/model.ts";
import type { ServingStore } from "../../db/store.ts";
import { ChatError, type ErasureNews, type Language } from "../../realtime/mod.ts";
import { exportAccount } from "../exporting/export.ts";
import { Erasing } from "./erasing.ts";
import { findAccount } from "./finding.ts";

const DAY_MS = 86_400_000;

/** Somebody, by number and name. */
export interface Named {
  readonly userId: UserId;
  readonly username: string;
}

/** What became of a wish to erase an account. */
export interface EraseAnswer extends Named {
  /** When it will be; null: it is erased. */
  readonly dueAt: number | null;
  readonly messages: number;
  readonly conversations: number;
}

/** Told how much is done, of how much; of null: nobody knows. */
export type DataProgress = (done: number, of: number | null) => void;

/** The requests. All throw {@link ChatError} `no_such_user`, erasing also `last_owner`. */
export interface DataRequests {
  find(who: string): Promise<Named>;
  /** Erases now, or from so many days on. */
  erase(userId: UserId, afterDays: number, progress: DataProgress): Promise<EraseAnswer>;
  /** Whether there was something to take back. */
  keep(userId: UserId): Promise<boolean>;
  /** The bytes of a ZIP file. */
  export(userId: UserId, language: Language, progress: DataProgress): AsyncIterable<Uint8Array>;
}

/** What the requests need. */
export interface DataRequestDeps {
  readonly store: Pick<ServingStore, "users" | "sessions" | "messages" | "erasures">;
  /** Null: nobody else has the store open. */
  readonly news: ErasureNews | null;
  readonly clock: Clock;
}

/** Answers the requests from a store. */
export function createDataRequests({ store, news, clock }: DataRequestDeps): DataRequests {
  const erasing = new Erasing({ store, news, clock });
  return {
    async find(who): Promise<Named> {
      const { id, username } = await findAccount(store.users, who);
      return { userId: id, username };
    },
    async erase(userId, afterDays, progress): Promise<EraseAnswer> {
      const account = await store.users.find({ id: userId });
      if (account === null) throw new ChatError("no_such_user");
      const named = { userId, username: account.username };
      if (afterDays > 0) {
        const dueAt = clock.now() + afterDays * DAY_MS;
        await erasing.schedule(userId, dueAt);
        return { ...named, dueAt, messages: 0, conversations: 0 };
      }
      const erased = await erasing.erase(userId, { progress: (messages) => progress(messages, null) });
      return { ...named, dueAt: null, ...erased };
    },
    keep: (userId) => erasing.keep(userId),
    export: (userId, language, progress) => exportAccount({ store, clock }, { userId, language, progress }),
  };
}
