/**
 * Messages of MongoDB for a backup, read beside those that serve from it. There is no one moment: each conversation is
 * as it was when its record was read.
 *
 * @module
 */
import type { BackupSource } from "../backup/source.ts";
import { MongoMessageArchive } from "./archive.ts";
import { type StartOptions, untilReached } from "./starting.ts";

/** The messages, and how to let go of them. */
export interface MongoSource extends AsyncDisposable {
  readonly messages: BackupSource["messages"];
}

/** Connects. Takes no lease and writes nothing. Throws {@link StoreRefusedError}. */
export function openMongoSource(options: StartOptions): Promise<MongoSource> {
  return untilReached(options, (connection) =>
    Promise.resolve({
      messages: new MongoMessageArchive(connection),
      [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
    }));
}
