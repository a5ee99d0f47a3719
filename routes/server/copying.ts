/**
 * `copy`: everything from one store into another, with progress and a proof at the end.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { copyArchive, type OnProgress, PARTS } from "../../db/copy.ts";
import { StoreRefusedError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";

/** Between two lines of progress, in ms. */
const PROGRESS_MS = 1_000;

/** Where the command tells what. */
export interface CopyVoices {
  readonly clock: Clock;
  /** For the person who waits: how far it is. */
  readonly status: (text: string) => void;
  /** What came of it. */
  readonly result: (text: string) => void;
}

/** Throws {@link StoreRefusedError} when a copy into the store was begun and not ended. */
export function refuseHalfCopy({ facts }: Pick<Store, "facts">): void {
  if (facts.copiedFrom === null) return;
  throw new StoreRefusedError(
    "Cannot start: a copy into this store was interrupted; run the same copy again, which ends it",
  );
}

/**
 * Copies `from` into `to`, which must be empty or have an interrupted copy of the same store. Throws
 * {@link StoreRefusedError} otherwise, and `CopyDiffersError` when both do not hold the same after it.
 */
export async function copyStores(
  { from, to }: { readonly from: Store; readonly to: Store },
  { clock, status, result }: CopyVoices,
): Promise<void> {
  refuseSource(from);
  await refuseTarget(to, from.facts.epoch);
  await to.noteCopy(from.facts.epoch);
  if (from.facts.usedInDebug) await to.noteDebugUse();
  const begun = clock.now();
  const sums = await copyArchive({ from: from.archive, to: to.archive }, inSteps(clock, status));
  await to.noteCopy(null);
  const lines = PARTS.map((part) =>
    `${part.padEnd(13)} ${String(sums[part].rows).padStart(10)}  sha256 ${sums[part].sha256}`
  );
  const seconds = Math.max(0.001, (clock.now() - begun) / 1_000);
  const rate = Math.round(sums.messages.rows / seconds);
  result(
    `${lines.join("\n")}\ncopied and compared in ${seconds.toFixed(1)} s, ${rate} messages a second: ` +
      "both stores hold the same\n",
  );
}

function refuseSource({ facts }: Store): void {
  if (facts.copiedFrom === null) return;
  throw new StoreRefusedError("Cannot copy: the store given by --from is an interrupted copy itself");
}

async function refuseTarget({ facts, archive }: Store, epoch: string): Promise<void> {
  if (facts.copiedFrom === epoch) return;
  if (facts.copiedFrom !== null) {
    throw new StoreRefusedError(
      "Cannot copy: the store given by --to has an interrupted copy of another store, empty it first",
    );
  }
  const first = { limit: 1 };
  const found = [
    ...await archive.accounts.users({ after: 0, ...first }),
    ...await archive.accounts.invites({ after: "", ...first }),
    ...await archive.messages.conversations({ after: "", ...first }),
  ];
  if (found.length > 0) {
    throw new StoreRefusedError(
      "Cannot copy: the store given by --to is not empty, and nothing of it is replaced",
    );
  }
}

/** A line now and then, and none for what is done in no time. */
function inSteps(clock: Clock, status: (text: string) => void): OnProgress {
  let toldAt = clock.now();
  return (step, part, done, total) => {
    if (clock.now() - toldAt < PROGRESS_MS) return;
    toldAt = clock.now();
    status(`${step} ${part}: ${done}${total === null ? "" : ` of ${total}`}\n`);
  };
}
