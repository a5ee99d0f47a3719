/**
 * Reaching the server at the start.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../errors.ts";
import { mongoName, type MongoPlace } from "../places.ts";
import { MongoConnection } from "./connection.ts";
import { isDriverError } from "./failures.ts";

const logger = getLogger(["chat", "store"]);

/** Between two tries, in ms. */
const PAUSE_MS = 500;
/** The oldest version that this is meant for. */
const LEAST_MAJOR = 5;

/** The server knows us, and does not let us in: AuthenticationFailed, Unauthorized, Atlas's own. */
const DENIED: readonly unknown[] = [18, 13, 8_000];

/** What is tried. */
export interface StartOptions {
  readonly place: MongoPlace;
  readonly clock: Clock;
  /** How long a server that cannot be reached is tried, in ms. */
  readonly startTimeoutMs: number;
  /** How long one answer may take, in ms; default 5 000. */
  readonly answerMs?: number;
}

/**
 * Connects, and runs `begin` until it does what it should, as long as there is time and the server is what keeps it
 * from it. Throws {@link StoreRefusedError} naming the server, at once when the server does not let us in.
 */
export async function untilReached<T>(
  options: StartOptions,
  begin: (connection: MongoConnection) => Promise<T>,
): Promise<T> {
  const { place, clock, startTimeoutMs } = options;
  const startedAt = clock.now();
  const seconds = startTimeoutMs / 1_000;
  for (let told = false;; told = true) {
    try {
      return await attempt(options, begin);
    } catch (error) {
      const reason = reasonOf(place, error);
      if (clock.now() - startedAt + PAUSE_MS > startTimeoutMs) {
        throw new StoreRefusedError(
          `Cannot start: ${mongoName(place)} cannot be reached, tried for ${seconds} s: ${reason}`,
        );
      }
      if (!told) {
        const name = mongoName(place);
        logger.warn("{name} cannot be reached, trying for {seconds} s: {reason}", { name, seconds, reason });
      }
    }
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
  }
}

async function attempt<T>(
  { place, clock, startTimeoutMs: selectMs, answerMs = 5_000 }: StartOptions,
  begin: (connection: MongoConnection) => Promise<T>,
): Promise<T> {
  const connection = await MongoConnection.open(place, { clock, selectMs, answerMs });
  try {
    await greet(connection, place);
    return await begin(connection);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

/** Says what answers, and warns of what is too old. */
async function greet(connection: MongoConnection, place: MongoPlace): Promise<void> {
  const { version } = await connection.run("ask", () => connection.command({ buildInfo: 1 }));
  const name = mongoName(place);
  logger.info("{name} is version {version}", { name, version });
  if (Number.parseInt(String(version), 10) < LEAST_MAJOR) {
    logger.warn("{name}: version {version} is older than MongoDB {least}.0, untried", {
      name,
      version,
      least: LEAST_MAJOR,
    });
  }
}

/** Why the server cannot be used now; throws when trying again is of no use. */
function reasonOf(place: MongoPlace, error: unknown): string {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  if (!isDriverError(cause)) throw error;
  if (!(error instanceof StoreUnavailableError)) {
    // The driver's words may hold the whole address, password and all.
    throw new StoreRefusedError(
      `Cannot start: ${mongoName(place)} cannot be used, its driver does not understand the address ` +
        "(CHAT_MONGODB_URL, [MongoDB])",
    );
  }
  if ("code" in cause && DENIED.includes(cause.code)) {
    throw new StoreRefusedError(
      `Cannot start: ${mongoName(place)} refuses us, ${cause.message} (CHAT_MONGODB_URL, [MongoDB])`,
    );
  }
  return cause.message;
}
