/**
 * Restoring a backup into a store. Interrupted, it goes on where it was: rows of accounts are put again, messages
 * above the last that is stored.
 *
 * @module
 */
import type { Archive, Stretch } from "../archive.ts";
import { PARTS, type Sums, sumsOf } from "../sums.ts";
import { BackupDamagedError } from "./errors.ts";
import type { Block } from "./read.ts";

/** The store does not hold what the file does. */
export class RestoreDiffersError extends Error {
  override readonly name = "RestoreDiffersError";
}

/** What is under way, and how many messages are done. */
export type OnRestoreProgress = (step: "restoring" | "comparing", messages: number) => void;

/**
 * Puts everything, reads it back and compares. Throws {@link BackupDamagedError} when the file turns out not to be
 * whole, {@link RestoreDiffersError} when the store holds something else: either way the store is of no use.
 */
export async function restoreBlocks(
  blocks: AsyncIterable<Block>,
  to: Archive,
  progress: OnRestoreProgress = () => {},
): Promise<Sums> {
  let stored: ReadonlyMap<string, number> = new Map();
  let sums: Sums | null = null;
  let messages = 0;
  for await (const block of blocks) {
    switch (block.kind) {
      case "conversations":
        await to.messages.putConversations(block.rows);
        stored = await to.messages.lastStoredSeqs(block.rows);
        break;
      case "messages":
        await to.messages.putMessages(missing(block.stretches, stored));
        for (const stretch of block.stretches) messages += stretch.messages.length;
        progress("restoring", messages);
        break;
      case "change":
        await to.messages.raiseChange(block.id, block.lastChange);
        break;
      case "users":
        await to.accounts.putUsers(block.rows);
        break;
      case "invites":
        await to.accounts.putInvites(block.rows);
        break;
      case "end":
        sums = block.sums;
    }
  }
  if (sums === null) throw new BackupDamagedError("it has no end");
  await to.messages.finish();
  return await proven(sums, await sumsOf(to, (read) => progress("comparing", read)));
}

function missing(stretches: readonly Stretch[], stored: ReadonlyMap<string, number>): readonly Stretch[] {
  return stretches.flatMap(({ conversation, messages }) => {
    const last = stored.get(conversation.id) ?? 0;
    const rest = messages.filter(({ seq }) => seq > last);
    return rest.length === 0 ? [] : [{ conversation, messages: rest }];
  });
}

function proven(wanted: Sums, got: Sums): Sums {
  for (const part of PARTS) {
    if (wanted[part].sha256 === got[part].sha256) continue;
    throw new RestoreDiffersError(
      `The store differs from the file in ${part}: ${got[part].rows} rows with sum ${
        got[part].sha256
      } against ` +
        `${wanted[part].rows} with ${wanted[part].sha256}`,
    );
  }
  return got;
}
