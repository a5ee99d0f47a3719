/**
 * Brings a backup into a store.
 *
 * @module
 */
import { openBackup } from "../../db/backup/read.ts";
import { restoreBlocks, RestoreDiffersError } from "../../db/backup/restore.ts";
import { StoreRefusedError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { requireAccess } from "../server/access.ts";
import { gatherSettings, type Surroundings } from "../server/given_settings.ts";
import { RESTORE_NOTE } from "../server/half_filled.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { fileAccess, readBackupFile, STREAM } from "./backup_file.ts";
import { readingOf, sumLines, verifyFile, type WhereStoreIs } from "./backing_up.ts";
import { CommandError } from "./command_error.ts";
import { isEmpty } from "./empty_store.ts";
import type { Report } from "./report.ts";
import type { RestoreAsked } from "./restore.ts";

const ANSWER_MS = 60_000;

/** What restoring takes. */
export interface RestoreParts {
  readonly clock: WhereStoreIs["clock"];
  readonly surroundings: Surroundings;
  readonly openStore: (where: WhereStoreIs) => Promise<Store>;
}

/**
 * Restores. A file is read to its end before anything is written. Throws {@link CommandError}, `SettingsError` and
 * {@link StoreRefusedError}.
 */
export async function runRestore(
  { file, given }: RestoreAsked,
  report: Report,
  { clock, surroundings, openStore }: RestoreParts,
): Promise<void> {
  configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
  const { dataDir, mysql, mongodb, startTimeout } = await gatherSettings(given, surroundings);
  requireAccess(fileAccess(file, false), surroundings);
  if (file !== STREAM) await verifyFile(file, report);
  const begun = clock.now();
  const bytes = await readBackupFile(file);
  const { header, blocks } = await readingOf(file, () => openBackup(bytes));
  await using store = await openStore({
    ...{ dataDir, mysql, mongodb, clock },
    startTimeoutMs: startTimeout * 1_000,
    answerMs: ANSWER_MS,
  });
  await refuseTarget(store, header.id);
  await store.noteCopy(RESTORE_NOTE + header.id);
  if (header.usedInDebug) await store.noteDebugUse();
  const sums = await readingOf(
    file,
    () =>
      told(() =>
        restoreBlocks(
          blocks,
          store.archive,
          (step, messages) => report.progress(`${step} messages`, messages, null),
        )
      ),
  );
  await store.noteCopy(null);
  const seconds = Math.max(0.001, (clock.now() - begun) / 1_000);
  report.result(
    { file, parts: sums, seconds, epoch: store.facts.epoch },
    `${sumLines(sums)}restored and compared in ${seconds.toFixed(1)} s, ${
      Math.round(sums.messages.rows / seconds)
    } messages a second\n`,
  );
}

async function refuseTarget(store: Store, id: string): Promise<void> {
  const { copiedFrom } = store.facts;
  if (copiedFrom === RESTORE_NOTE + id) return;
  if (copiedFrom !== null) {
    throw new StoreRefusedError(
      "Cannot restore: the store has an interrupted restore of another backup, or an interrupted copy; remove it first",
    );
  }
  if (await isEmpty(store)) return;
  throw new StoreRefusedError(
    "Cannot restore: the store is not empty, and nothing of it is replaced; move its data directory away, or name " +
      "another directory or an empty database",
  );
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RestoreDiffersError ? new CommandError(error.message) : error;
  }
}
