/**
 * A commit on its way between isolates: of what was stored, only what its sender does not know already.
 *
 * @module
 */
import { IdReusedError, StoreUnavailableError } from "../errors.ts";
import type { Appended, Batch, MessageDraft, MessageStore, Outcome } from "../messages.ts";
import { STORE_ERRORS } from "./errors.ts";
import type { Methods, PackedError } from "./link.ts";

/** What became of a draft: stored as it was, with what it got; or all of what was stored before; or why it was not. */
export type PackedAppended =
  | readonly [seq: number, change: number, createdAt: number]
  | Extract<Appended, { readonly created: boolean }>
  | PackedError;

/** An {@link Outcome}, packed. */
export interface PackedOutcome {
  readonly appended: readonly PackedAppended[];
  readonly marked: Outcome["marked"];
}

/** The calls of a {@link MessageStore} that answer what became of drafts. */
export interface CommitService {
  commit(batch: Batch): Promise<PackedOutcome>;
  repeatOf(draft: MessageDraft): Promise<PackedAppended | null>;
}

/** All of them. */
export const COMMIT_METHODS: Methods<CommitService> = { commit: true, repeatOf: true };

/** The writer's side. */
export function packCommits(store: Pick<MessageStore, "commit" | "repeatOf">): CommitService {
  return {
    async commit(batch): Promise<PackedOutcome> {
      const { appended, marked } = await store.commit(batch);
      return { appended: appended.map(pack), marked };
    },
    async repeatOf(draft): Promise<PackedAppended | null> {
      const earlier = await store.repeatOf(draft);
      return earlier === null ? null : pack(earlier);
    },
  };
}

/** The side of those who ask. */
export function unpackCommits(service: CommitService): Pick<MessageStore, "commit" | "repeatOf"> {
  return {
    async commit(batch): Promise<Outcome> {
      const { appended, marked } = await service.commit(batch);
      return { appended: batch.drafts.map((draft, at) => unpack(draft, appended[at])), marked };
    },
    async repeatOf(draft): Promise<Appended | null> {
      const earlier = await service.repeatOf(draft);
      return earlier === null ? null : unpack(draft, earlier);
    },
  };
}

function pack(appended: Appended): PackedAppended {
  if ("error" in appended) return STORE_ERRORS.pack(appended.error);
  const { message, created } = appended;
  return created ? [message.seq, message.change, message.createdAt] : appended;
}

function unpack(draft: MessageDraft, packed: PackedAppended | undefined): Appended {
  if (packed === undefined) throw new Error("Cannot read a commit: it has fewer results than drafts");
  if ("name" in packed) return { error: refusalOf(packed) };
  if ("message" in packed) return packed;
  const [seq, change, createdAt] = packed;
  const { conversation, messageId, senderId, clientId, kind, content } = draft;
  const message = { conversation, seq, change, messageId, senderId, clientId, kind, content, createdAt };
  return { message: { ...message, editedAt: null, deletedAt: null }, created: true };
}

function refusalOf(packed: PackedError): IdReusedError | StoreUnavailableError {
  const error = STORE_ERRORS.unpack(packed);
  return error instanceof IdReusedError || error instanceof StoreUnavailableError
    ? error
    : new StoreUnavailableError(error.message);
}
