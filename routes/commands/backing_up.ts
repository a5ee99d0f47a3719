/**
 * Makes backups, and looks at them.
 *
 * @module
 */
import { seal } from "../../db/backup/container.ts";
import { BackupDamagedError, BackupTornError } from "../../db/backup/errors.ts";
import { type BackupHeader, headerLine } from "../../db/backup/header.ts";
import { verifyBackup } from "../../db/backup/read.ts";
import type { BackupSource } from "../../db/backup/source.ts";
import { backupLines } from "../../db/backup/write.ts";
import type { Clock } from "../../db/clock.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { MongoPlace, MysqlPlace } from "../../db/places.ts";
import type { Sums } from "../../db/sums.ts";
import { requireAccess } from "../server/access.ts";
import { gatherSettings, type Surroundings } from "../server/given_settings.ts";
import { configureLog, writeStandardError } from "../server/log.ts";
import { SettingsError } from "../server/settings_error.ts";
import type { BackupAsked } from "./backup.ts";
import {
  fileAccess,
  readBackupFile,
  refuseExisting,
  STREAM,
  writeBackupFile,
  writeBackupStream,
} from "./backup_file.ts";
import { CommandError } from "./command_error.ts";
import type { Report } from "./report.ts";

/** Nobody waits for one answer of a store that is read, and a slow disk may need long for a thousand rows. */
const ANSWER_MS = 60_000;

/** What says where a store is. */
export interface WhereStoreIs {
  readonly dataDir: string;
  readonly mysql: MysqlPlace | null;
  readonly mongodb: MongoPlace | null;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
  readonly answerMs: number;
}

/** What backing up takes. */
export interface BackupParts {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly version: string;
  readonly surroundings: Surroundings;
  readonly openSource: (where: WhereStoreIs) => Promise<BackupSource>;
}

/** Writes a backup. Throws {@link CommandError}, {@link SettingsError} and {@link StoreRefusedError}. */
export async function runBackup(asked: BackupAsked, report: Report, parts: BackupParts): Promise<void> {
  const { file, force, json, given } = asked;
  const { clock, version, newId, surroundings } = parts;
  if (file === STREAM && json) {
    throw new SettingsError("Cannot back up: --json and - would both have standard output, give a file");
  }
  configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
  const { dataDir, mysql, mongodb, startTimeout } = await gatherSettings(given, surroundings);
  requireAccess(fileAccess(file, true), surroundings);
  if (file !== STREAM && !force) await refuseExisting(file);
  const begunAt = clock.now();
  await using source = await parts.openSource({
    ...{ dataDir, mysql, mongodb, clock },
    startTimeoutMs: startTimeout * 1_000,
    answerMs: ANSWER_MS,
  });
  const { epoch, schema, usedInDebug } = source;
  const header = headerLine({ id: newId(), program: version, schema, begunAt, epoch, usedInDebug });
  let messages = 0;
  const lines = backupLines(source, (part, done, total) => {
    if (part === "messages") messages = done;
    report.progress(`backing up ${part}`, done, total);
  });
  const bytes = seal(header, lines);
  const size = await toldOf(() => file === STREAM ? writeBackupStream(bytes) : writeBackupFile(file, bytes));
  const seconds = Math.max(0.001, (clock.now() - begunAt) / 1_000);
  const text = `${messages} messages in ${size} bytes, ${seconds.toFixed(1)} s, ${
    Math.round(messages / seconds)
  } messages a second`;
  if (file === STREAM) writeStandardError(`${text}\n`);
  else report.result({ file, bytes: size, messages, seconds }, `${file}: ${text}`);
}

/** Reads a backup to its end and says what it holds. Throws {@link CommandError}. */
export async function runVerify(
  { file }: Pick<BackupAsked, "file">,
  report: Report,
  surroundings: Surroundings,
): Promise<void> {
  requireAccess(fileAccess(file, false), surroundings);
  const { header, sums } = await verifyFile(file, report);
  const { begunAt, program, schema, epoch, id } = header;
  report.result(
    { file, id, begunAt, program, schema, epoch, parts: sums },
    `${file}: whole; begun ${new Date(begunAt).toISOString()} by version ${program}, schema "${schema}"\n` +
      sumLines(sums),
  );
}

/** Reads a file to its end. Throws {@link CommandError} when it is not whole. */
export async function verifyFile(
  file: string,
  report: Report,
): Promise<{ readonly header: BackupHeader; readonly sums: Sums }> {
  const bytes = await readBackupFile(file);
  return await readingOf(
    file,
    () => verifyBackup(bytes, (messages) => report.progress("checking messages", messages, null)),
  );
}

/** How many rows there are of each part, line by line. */
export function sumLines(sums: Sums): string {
  return Object.entries(sums).filter(([part]) => part !== "sessions")
    .map(([part, { rows, sha256 }]) => `${part.padEnd(13)} ${String(rows).padStart(10)}  sha256 ${sha256}\n`)
    .join("");
}

/** Does something with a file; what is wrong with it is told with its name. */
export async function readingOf<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackupDamagedError)) throw error;
    throw new CommandError(`Cannot use the backup ${JSON.stringify(file)}: ${error.message}`);
  }
}

async function toldOf<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isTold = error instanceof BackupTornError || error instanceof StoreUnavailableError;
    throw isTold ? new CommandError(error.message) : error;
  }
}
