/**
 * What the driver's errors mean to a caller.
 *
 * @module
 */
import { StoreUnavailableError } from "../errors.ts";

/** A unique index has the value already. */
const DUPLICATE_KEY = 11_000;

/** Codes that speak of one document, not of the server: others can be stored. */
const REFUSED = new Set([
  2, // BadValue
  22, // InvalidBSON
  121, // DocumentValidationFailure
  10_334, // BSONObjectTooLarge
  17_280, // a key too long for an index
]);

/** What the driver throws when no server answered, or none that takes writes was there. */
const SILENT = new Set([
  "MongoNetworkError",
  "MongoSystemError",
  "MongoOperationTimeoutError",
  "WaitQueueTimeoutError",
]);

/** What became of an ordered insert that failed at one document. */
export interface InsertFailure {
  /** How many documents before it are stored, in order. */
  readonly stored: number;
  /** `duplicate`: a unique index has one of its values; `refused`: this document cannot be stored. */
  readonly reason: "duplicate" | "refused";
}

/** What an ordered insert says of its document; null: the server cannot answer, and nothing is known. */
export function insertFailureOf(error: unknown): InsertFailure | null {
  if (!isDriverError(error) || !("writeErrors" in error)) return null;
  const [first] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (typeof first !== "object" || first === null || !("code" in first) || !("index" in first)) return null;
  // What the majority did not confirm in time may be lost again.
  if (hasWriteConcernError(error) || typeof first.index !== "number") return null;
  if (first.code === DUPLICATE_KEY) return { stored: first.index, reason: "duplicate" };
  return REFUSED.has(Number(first.code)) ? { stored: first.index, reason: "refused" } : null;
}

/** Waits for an unordered insert; documents that exist already are left as they are. */
export async function orExisting(insert: Promise<unknown>): Promise<void> {
  try {
    await insert;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

/** Whether nothing failed but that documents exist already. */
export function isDuplicate(error: unknown): boolean {
  if (!isDriverError(error) || !("code" in error) || hasWriteConcernError(error)) return false;
  if (!("writeErrors" in error) || !Array.isArray(error.writeErrors)) return error.code === DUPLICATE_KEY;
  return error.writeErrors.every((one: unknown) =>
    typeof one === "object" && one !== null && "code" in one && one.code === DUPLICATE_KEY
  );
}

/** Whether the driver threw it. Its classes come with the driver, which is loaded late; so by their names. */
export function isDriverError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  for (const kind of kindsOf(error)) if (kind === "MongoError" || kind === "BSONError") return true;
  return isSocketError(error);
}

/** The names of its class, and of those that this one is made of. */
function* kindsOf(error: Error): Iterable<string> {
  for (
    let kind: unknown = error.constructor;
    typeof kind === "function";
    kind = Object.getPrototypeOf(kind)
  ) yield kind.name;
}

/** Errors of sockets that the driver lets through as they are: EPIPE, ECONNRESET, ERR_STREAM_DESTROYED and the like. */
function isSocketError(error: Error): boolean {
  return "code" in error && typeof error.code === "string" &&
    /^(E[A-Z]+|ERR_(SOCKET|STREAM)_\w+)$/.test(error.code);
}

/** What a caller is told: mistakes of this program stay what they are. */
export function asUnavailable(error: unknown, what: string): unknown {
  if (!isDriverError(error)) return error;
  return new StoreUnavailableError(`${what}: ${reasonOf(error)}`, { cause: error });
}

/** Why nothing came back, where nothing did; null: the server did answer, or was not asked. */
export function silenceOf(error: unknown): string | null {
  if (!isDriverError(error)) return null;
  if (isSocketError(error)) return reasonOf(error);
  for (const kind of kindsOf(error)) if (SILENT.has(kind)) return reasonOf(error);
  return null;
}

/** The kind of failure: messages of the driver may hold addresses, and values of documents. */
function reasonOf(error: Error): string {
  const { cause } = error;
  // What the network said lies under what the driver says of it.
  const holder = "code" in error || !(cause instanceof Error) ? error : cause;
  const code: unknown = "code" in holder ? holder.code : undefined;
  return typeof code === "number" || typeof code === "string" ? `${error.name} ${code}` : error.name;
}

function hasWriteConcernError(error: Error): boolean {
  if (!("result" in error) || typeof error.result !== "object" || error.result === null) return false;
  const { result } = error;
  return "getWriteConcernError" in result && typeof result.getWriteConcernError === "function" &&
    result.getWriteConcernError() !== undefined && result.getWriteConcernError() !== null;
}
