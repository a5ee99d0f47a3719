/**
 * Reaching the server at the start.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../../errors.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import { MysqlConnection } from "./connection.ts";
import { failureOf, MysqlError } from "./failures.ts";

const logger = getLogger(["chat", "store"]);

/** Between two tries, in ms. */
const PAUSE_MS = 500;
/** The least that a try is given, in ms. */
const LEAST_MS = 500;
/** A batch is sent in pieces of half of this many bytes. */
const LEAST_PACKET = 1_048_576;

/** What is tried. */
export interface StartOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
}

/**
 * Runs `begin` until it does what it should, as long as there is time and the server is what keeps it from it. Throws
 * {@link StoreRefusedError} naming the server, at once when the server does not let us in.
 */
export async function untilReached<T>(options: StartOptions, begin: () => Promise<T>): Promise<T> {
  const { place, clock, startTimeoutMs } = options;
  const startedAt = clock.now();
  for (let told = false;; told = true) {
    try {
      const left = startedAt + startTimeoutMs - clock.now();
      await greet(place, Math.max(LEAST_MS, Math.min(left, 2_000)));
      return await begin();
    } catch (error) {
      const reason = reasonOf(place, error);
      if (clock.now() - startedAt + PAUSE_MS > startTimeoutMs) {
        throw new StoreRefusedError(
          `Cannot start: ${mysqlName(place)} cannot be reached, tried for ${
            startTimeoutMs / 1_000
          } s: ${reason}`,
        );
      }
      if (!told) {
        logger.warn("{name} cannot be reached, trying for {seconds} s: {reason}", {
          name: mysqlName(place),
          seconds: startTimeoutMs / 1_000,
          reason,
        });
      }
    }
    await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
  }
}

/** Why the server cannot be used now; throws when trying again is of no use. */
function reasonOf(place: MysqlPlace, error: unknown): string {
  if (error instanceof StoreUnavailableError) return error.message;
  if (!(error instanceof MysqlError)) throw error;
  switch (failureOf(error)) {
    case "lost":
    case "silent":
    case "down":
    case "again":
      return error.message;
    case "denied":
      throw new StoreRefusedError(
        `Cannot start: ${mysqlName(place)} refuses us, ${error.message} (CHAT_MYSQL_URL, [mysql])`,
      );
    default:
      throw error;
  }
}

/** What a server says of itself. */
export interface Server {
  readonly version: string;
  readonly flushing: number;
  readonly logging: number;
  readonly syncing: number;
  readonly packet: number;
}

/** Asks a server what it is. */
export const SERVER: string =
  "select version() as version, @@innodb_flush_log_at_trx_commit as flushing, @@log_bin as logging, " +
  "@@sync_binlog as syncing, @@max_allowed_packet as packet";

/** Connects, and looks whether what is committed there stays. Throws {@link MysqlError}. */
async function greet(place: MysqlPlace, ms: number): Promise<void> {
  const connection = await MysqlConnection.open({ place, connectMs: ms });
  try {
    const [server] = await connection.rows<Server>(SERVER, [], ms);
    if (server === undefined) return;
    logger.info("{name} is version {version}", { name: mysqlName(place), version: server.version });
    for (const { text } of warningsOf(server)) {
      logger.warn("{name}: {warning}", { name: mysqlName(place), warning: text });
    }
  } finally {
    await connection.end();
  }
}

/** Something that should be otherwise. */
interface ServerWarning {
  readonly text: string;
  /** Whether something that was acknowledged may be lost. */
  readonly isDurability: boolean;
}

/** What should be otherwise on a server. */
export function warningsOf(
  { version, flushing, logging, syncing, packet }: Server,
): readonly ServerWarning[] {
  const warnings: ServerWarning[] = [];
  const add = (isDurability: boolean, text: string): void => void warnings.push({ text, isDurability });
  if (flushing !== 1) {
    add(
      true,
      `innodb_flush_log_at_trx_commit is ${flushing}: messages that were acknowledged are lost when the machine ` +
        "fails, set it to 1",
    );
  }
  if (logging === 1 && syncing !== 1) {
    add(
      true,
      `sync_binlog is ${syncing}: acknowledged messages may be lost when the machine fails, set it to 1`,
    );
  }
  if (packet < LEAST_PACKET) {
    add(
      false,
      `max_allowed_packet is ${packet}, long messages do not fit: set it to ${LEAST_PACKET} or more`,
    );
  }
  if (isTooOld(version)) {
    add(false, `version ${version} is older than MySQL 8.0 and MariaDB 10.6, untried`);
  }
  return warnings;
}

function isTooOld(version: string): boolean {
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)\.\d+/.exec(version.replace(/^5\.5\.5-/, "")) ?? [];
  const number = Number(major) * 100 + Number(minor);
  return /mariadb/i.test(version) ? number < 1_006 : number < 800;
}
