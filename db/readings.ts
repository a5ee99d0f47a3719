/**
 * How an archive is read: page by page, and which conversations together.
 *
 * @module
 */
import type { After, ArchivedConversation, Reading } from "./archive.ts";

/** Messages that an archive answers at a time, about: 40 MB where all are as long as they may be. */
export const MESSAGES_AT_ONCE = 1_000;

/** How many messages a conversation has at most. */
export function lengthOf({ firstSeq, lastSeq }: ArchivedConversation): number {
  return lastSeq - firstSeq + 1;
}

/**
 * Puts short conversations together, at most `together` messages, and leaves long ones alone; those that are read to
 * their end already are left out.
 */
export function* groupsOf(
  readings: readonly Reading[],
  together: number = MESSAGES_AT_ONCE,
): Generator<readonly Reading[] | Reading> {
  let group: Reading[] = [];
  let length = 0;
  for (const reading of readings) {
    const { conversation, after } = reading;
    if (after >= conversation.lastSeq) continue;
    const own = lengthOf(conversation);
    const isLong = own > MESSAGES_AT_ONCE;
    if (group.length > 0 && (isLong || length + own > together)) {
      yield group;
      group = [];
      length = 0;
    }
    if (isLong) yield reading;
    else {
      group.push(reading);
      length += own;
    }
  }
  if (group.length > 0) yield group;
}

/** Rows of a page; of conversations so many that their messages are worth a question of their own. */
export const PAGE = 500;

/** Every row after a key, page by page. */
export async function* pages<Key, Row>(
  after: Key,
  read: (page: After<Key>) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<readonly Row[]> {
  for (let from = after;;) {
    const rows = await read({ after: from, limit: PAGE });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    from = keyOf(last);
  }
}
