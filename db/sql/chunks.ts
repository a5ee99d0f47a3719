/**
 * Long lists of ids, worked piece by piece.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** Ids in one statement: a few milliseconds where the database runs on this thread. */
const CHUNK = 500;

/** Runs `work` on at most {@link CHUNK} ids at a time, letting everybody else run in between. */
export async function inChunks<Id>(
  ids: readonly Id[],
  work: (chunk: readonly Id[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += CHUNK) {
    if (from > 0) await new Promise<void>((resolve) => void setImmediate(resolve));
    await work(ids.slice(from, from + CHUNK));
  }
}

/** Rows of one INSERT: well below the parameters that any of the databases takes. */
const PIECE = 100;
/** Characters of one INSERT, about: below the smallest packet that a server takes by default, 4 MiB. */
const PIECE_LENGTH = 500_000;

/** Cuts rows for statements that name each of them; `lengthOf` says how much text a row has. */
export function* inPieces<Row>(
  rows: readonly Row[],
  lengthOf: (row: Row) => number = () => 0,
): Generator<readonly Row[]> {
  let piece: Row[] = [];
  let length = 0;
  for (const row of rows) {
    length += lengthOf(row);
    if (piece.length === PIECE || (piece.length > 0 && length > PIECE_LENGTH)) {
      yield piece;
      piece = [];
      length = lengthOf(row);
    }
    piece.push(row);
  }
  if (piece.length > 0) yield piece;
}
