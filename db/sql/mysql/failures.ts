/**
 * What the errors of the driver and of the server mean to a caller.
 *
 * The driver's own errors carry the whole statement with its values, and the server's texts quote values too: neither
 * leaves this folder. What does is a {@link MysqlError}, which knows the code alone.
 *
 * @module
 */

/**
 * - `again`: a deadlock or a lock that was waited for too long: the transaction was undone, the same may work now;
 * - `duplicate`: a unique key exists;
 * - `lost`: the connection is gone, and what was under way may have been done or not;
 * - `silent`: no answer within the time there is for one, and so the same;
 * - `down`: the server answers, and cannot do it now: full, read-only, starting, ending, out of connections;
 * - `refused`: this statement cannot be done, others can: a value it does not take;
 * - `denied`: it does not let this program in, or has no such database;
 * - `mistake`: anything else.
 */
export type Failure =
  | "again"
  | "duplicate"
  | "lost"
  | "silent"
  | "down"
  | "refused"
  | "denied"
  | "mistake";

/** Numbers of the server's errors (dev.mysql.com/doc/mysql-errors, mariadb.com/kb/en/mariadb-error-codes). */
const FAILURES: ReadonlyMap<number, Failure> = new Map([
  [1205, "again"], // LOCK_WAIT_TIMEOUT
  [1213, "again"], // LOCK_DEADLOCK
  [1020, "again"], // CHECKREAD: the row has changed since it was read
  [1062, "duplicate"], // DUP_ENTRY
  [1586, "duplicate"], // DUP_ENTRY_WITH_KEY_NAME
  [1021, "down"], // DISK_FULL
  [1026, "down"], // ERROR_ON_WRITE
  [1030, "down"], // GET_ERRNO of the engine
  [1037, "down"], // OUTOFMEMORY
  [1038, "down"], // OUT_OF_SORTMEMORY
  [1040, "down"], // CON_COUNT_ERROR
  [1041, "down"], // OUT_OF_RESOURCES
  [1053, "down"], // SERVER_SHUTDOWN
  [1114, "down"], // RECORD_FILE_FULL
  [1180, "down"], // ERROR_DURING_COMMIT
  [1203, "down"], // TOO_MANY_USER_CONNECTIONS
  [1206, "down"], // LOCK_TABLE_FULL
  [1226, "down"], // USER_LIMIT_REACHED
  [1290, "down"], // OPTION_PREVENTS_STATEMENT: read only
  [1317, "down"], // QUERY_INTERRUPTED
  [1637, "down"], // TOO_MANY_CONCURRENT_TRXS
  [1792, "down"], // CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  [1836, "down"], // READ_ONLY_MODE
  [1927, "lost"], // CONNECTION_KILLED
  [1969, "down"], // STATEMENT_TIMEOUT (MariaDB)
  [3024, "down"], // QUERY_TIMEOUT (MySQL)
  [3168, "down"], // SERVER_ISNT_AVAILABLE
  [4031, "lost"], // CLIENT_INTERACTION_TIMEOUT: closed after wait_timeout (MySQL)
  [1048, "refused"], // BAD_NULL_ERROR
  [1118, "refused"], // TOO_BIG_ROWSIZE
  [1153, "refused"], // NET_PACKET_TOO_LARGE
  [1264, "refused"], // WARN_DATA_OUT_OF_RANGE
  [1265, "refused"], // WARN_DATA_TRUNCATED
  [1292, "refused"], // TRUNCATED_WRONG_VALUE
  [1300, "refused"], // INVALID_CHARACTER_STRING
  [1366, "refused"], // TRUNCATED_WRONG_VALUE_FOR_FIELD
  [1406, "refused"], // DATA_TOO_LONG
  [1644, "refused"], // SIGNAL_EXCEPTION: a trigger of the operator
  [3819, "refused"], // CHECK_CONSTRAINT_VIOLATED (MySQL)
  [3988, "refused"], // IMPOSSIBLE_STRING_CONVERSION
  [4025, "refused"], // CONSTRAINT_FAILED (MariaDB)
  [1044, "denied"], // DBACCESS_DENIED_ERROR
  [1045, "denied"], // ACCESS_DENIED_ERROR
  [1049, "denied"], // BAD_DB_ERROR
  [1698, "denied"], // ACCESS_DENIED_NO_PASSWORD_ERROR
]);

/** Codes of the driver and of the network: an answer, or a connection, did not come in time. */
const SILENCES: ReadonlySet<string> = new Set(["PROTOCOL_SEQUENCE_TIMEOUT", "ETIMEDOUT"]);

/** The server refused a statement or a connection, or the connection to it failed. */
export class MysqlError extends Error {
  override readonly name = "MysqlError";
  readonly failure: Failure;

  constructor(failure: Failure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** What an error of the driver means; the values in it are left behind. */
export function toMysqlError(error: unknown): MysqlError {
  if (error instanceof MysqlError) return error;
  const code = textOf(error, "code");
  const number = numberOf(error);
  if (code !== null && SILENCES.has(code)) return new MysqlError("silent", "it did not answer in time");
  // The driver's own errors and those of the network have no number of the server's, or a negative one.
  if (number === null || number < 1_000) {
    return new MysqlError("lost", `the connection failed (${code ?? "no code"})`);
  }
  const failure = FAILURES.get(number) ?? "mistake";
  // Without values: it names the account and the database, and a mistake is one in the text of a statement.
  const detail = failure === "denied" ? textOf(error, "sqlMessage") : null;
  return new MysqlError(
    failure,
    `error ${number} (${code ?? "no code"})${detail === null ? "" : `: ${detail}`}`,
  );
}

/** What `error` means; null: it is not the server's. */
export function failureOf(error: unknown): Failure | null {
  return error instanceof MysqlError ? error.failure : null;
}

function numberOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("errno" in error)) return null;
  return typeof error.errno === "number" ? error.errno : null;
}

function textOf(error: unknown, key: "code" | "sqlMessage"): string | null {
  if (typeof error !== "object" || error === null) return null;
  const value = Reflect.get(error, key);
  return typeof value === "string" ? value : null;
}
