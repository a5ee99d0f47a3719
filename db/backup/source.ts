/**
 * What a backup is made from.
 *
 * @module
 */
import type { AccountArchive, MessageArchive } from "../archive.ts";

/** A store that is read beside whoever serves from it. Disposing it lets go of it. */
export interface BackupSource extends AsyncDisposable {
  readonly epoch: string;
  readonly schema: string;
  readonly usedInDebug: boolean;
  /** Of one moment; with `isMoving` each conversation is of the moment at which its record was read. */
  readonly messages: Pick<MessageArchive, "conversations" | "messages" | "countMessages">;
  /** Whether messages come, change and go while they are read. */
  readonly isMoving: boolean;
  /** The accounts, of a moment no earlier than any message that was read before: so there is every sender. */
  openAccounts(): Promise<Pick<AccountArchive, "users" | "invites">>;
}
