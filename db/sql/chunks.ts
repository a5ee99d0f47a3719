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

/** Cuts rows for statements that name each of them. */
export function* inPieces<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += PIECE) yield rows.slice(from, from + PIECE);
}
