/**
 * `copy`: everything from one store into another, with progress and a proof at the end.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { copyArchive, type OnProgress, PARTS } from "../../db/copy.ts";
import { StoreRefusedError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { requireAccess } from "../server/access.ts";
import type { Surroundings } from "../server/given_settings.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { directoriesOf, type StoreAddress } from "../server/store_address.ts";
import type { CopyAddresses } from "./copy.ts";
import { isEmpty } from "./empty_store.ts";
import type { Report } from "./report.ts";

/** Nobody waits for one answer of a store that is copied, and a slow disk may need long for a thousand rows. */
const COPY_ANSWER_MS = 60_000;

/** What copying takes. */
export interface CopyParts {
  readonly clock: Clock;
  readonly surroundings: Surroundings;
  readonly openStore: (
    options: StoreAddress & { readonly clock: Clock; readonly answerMs: number },
  ) => Promise<Store>;
}

/** Opens both stores and copies. Throws as {@link copyStores} does. */
export async function runCopy(
  { from, to }: CopyAddresses,
  report: Report,
  { clock, surroundings, openStore }: CopyParts,
): Promise<void> {
  configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
  const paths = [...directoriesOf("--from", from), ...directoriesOf("--to", to)];
  // The addresses may hold passwords, which no message repeats.
  requireAccess(paths, { ...surroundings, args: ["copy", "--from", "…", "--to", "…"] });
  await using source = await openStore({ ...from, clock, answerMs: COPY_ANSWER_MS });
  await using target = await openStore({ ...to, clock, answerMs: COPY_ANSWER_MS });
  await copyStores({ from: source, to: target }, clock, report);
}

/**
 * Copies `from` into `to`, which must be empty or have an interrupted copy of the same store. Throws
 * {@link StoreRefusedError} otherwise, and `CopyDiffersError` when both do not hold the same after it.
 */
export async function copyStores(
  { from, to }: { readonly from: Store; readonly to: Store },
  clock: Pick<Clock, "now">,
  report: Report,
): Promise<void> {
  refuseSource(from);
  await refuseTarget(to, from.facts.epoch);
  await to.noteCopy(from.facts.epoch);
  if (from.facts.usedInDebug) await to.noteDebugUse();
  const begun = clock.now();
  const sums = await copyArchive({ from: from.archive, to: to.archive }, inSteps(report));
  await to.noteCopy(null);
  const lines = PARTS.map((part) =>
    `${part.padEnd(13)} ${String(sums[part].rows).padStart(10)}  sha256 ${sums[part].sha256}`
  );
  const seconds = Math.max(0.001, (clock.now() - begun) / 1_000);
  const rate = Math.round(sums.messages.rows / seconds);
  report.result(
    { parts: sums, seconds },
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
  if (!await isEmpty({ archive })) {
    throw new StoreRefusedError(
      "Cannot copy: the store given by --to is not empty, and nothing of it is replaced",
    );
  }
}

function inSteps(report: Report): OnProgress {
  return (step, part, done, total) => report.progress(`${step} ${part}`, done, total);
}
