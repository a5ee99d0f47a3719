/**
 * Who may use a database: one instance alone, or several that share a Redis.
 *
 * A row says who, renewed every few seconds; a lock of the server's, bound to a connection, tells at once when that
 * process has ended. The row decides: it is looked at inside every commit, so that there are never two owners.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../clock.ts";
import { StoreRefusedError, StoreUnavailableError } from "../../errors.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import { MysqlConnection } from "./connection.ts";
import { failureOf } from "./failures.ts";
import type { Fence } from "./opened_batch.ts";

const logger = getLogger(["chat", "store"]);

/** The lease is renewed this often, and taken over when it was not for this long, in ms. */
const RENEW_MS = 5_000;
const LEASE_MS = 15_000;
/** While somebody else has it, it is looked at this often, in ms. */
const LOOK_MS = 500;
/** For one statement, in ms. */
const STEP_MS = 2_000;
/** Rows of instances that ended without a word are removed after this long, in ms. */
const FORGET_MS = 3_600_000;

const TABLE = "create table if not exists lease (name varbinary(96) not null primary key, " +
  "holder varbinary(64) not null, renewed_at bigint not null) engine = InnoDB default charset = utf8mb4";
/** The server's clock, in ms: those of the instances may differ. */
const NOW = "cast(unix_timestamp(current_timestamp(3)) * 1000 as signed)";
const LOOK = `select name, holder, renewed_at as renewedAt, ${NOW} - renewed_at as age from lease`;
const PUT = `insert into lease (name, holder, renewed_at) values (?, ?, ${NOW})`;
// Only what was looked at is taken, or two would take it at once.
const TAKE =
  `update lease set holder = ?, renewed_at = ${NOW} where name = ? and holder = ? and renewed_at = ?`;
const RENEW = `update lease set renewed_at = ${NOW} where name = ? and holder = ?`;
const RELEASE = "delete from lease where name = ? and holder = ?";
const FORGET = `delete from lease where renewed_at < ${NOW} - ${FORGET_MS}`;
const OWNER = "owner";
const REMOVE = `delete from lease where name = '${OWNER}'`;
const EXPIRE = `${REMOVE} and renewed_at < ${NOW} - ${LEASE_MS}`;

/** What a lease is taken with. */
export interface LeaseOptions {
  readonly place: MysqlPlace;
  readonly clock: Clock;
  /** Names this process apart from every other. */
  readonly holder: string;
  /** Whether others may hold one too. */
  readonly shared: boolean;
}

interface LeaseRow {
  readonly name: string;
  readonly holder: string;
  readonly renewedAt: number;
  readonly age: number;
}

/** The right to use a database, kept up until it is disposed. */
export class Lease implements Fence, AsyncDisposable {
  readonly text = `select holder from lease where name = '${OWNER}' lock in share mode`;
  readonly #options: LeaseOptions;
  readonly #name: string;
  #connection: MysqlConnection;
  #timer: Timer | null = null;
  #renewing: Promise<void> = Promise.resolve();
  #isLost = false;
  #closed = false;

  private constructor(options: LeaseOptions, name: string, connection: MysqlConnection) {
    this.#options = options;
    this.#name = name;
    this.#connection = connection;
    this.#schedule();
  }

  /**
   * Takes the lease. Waits for one whose holder does not renew it; throws {@link StoreRefusedError} when its holder
   * does, and {@link MysqlError} when the server does not answer.
   */
  static async take(options: LeaseOptions): Promise<Lease> {
    const { place, holder, shared } = options;
    const connection = await MysqlConnection.open({ place });
    try {
      await connection.run(TABLE, []);
      await connection.run(FORGET, []);
      const name = shared ? `shared/${holder}` : OWNER;
      await waitForOthers(connection, options, name);
      return new Lease(options, name, connection);
    } catch (error) {
      await connection.end();
      throw error;
    }
  }

  /** What commits are guarded by; null where there is no owner. */
  get fence(): Fence | null {
    return this.#options.shared ? null : this;
  }

  /** Throws {@link StoreUnavailableError} when another process is known to have the database. */
  mayWrite(): void {
    if (this.#isLost) throw this.#lost();
  }

  check(rows: readonly Readonly<Record<string, unknown>>[]): void {
    if (rows[0]?.holder === this.#options.holder) return;
    this.#lose();
    throw this.#lost();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    await this.#renewing;
    await this.#connection.run(RELEASE, [this.#name, this.#options.holder], STEP_MS).catch(() => {});
    await this.#connection.end();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(RENEW_MS, () => {
      this.#renewing = this.#renew().then(() => this.#schedule());
    });
  }

  /** Renews it, or takes it again when nobody has it. While the server does not answer, nothing changes. */
  async #renew(): Promise<void> {
    const { place, holder, shared } = this.#options;
    try {
      if (!this.#connection.isUsable) {
        this.#connection = await MysqlConnection.open({ place });
        if (!shared) await lock(this.#connection, place);
      }
      const { affectedRows } = await this.#connection.change(RENEW, [this.#name, holder], STEP_MS);
      const rows = await this.#connection.rows<LeaseRow>(LOOK, [], STEP_MS);
      const isOurs = shared ? !rows.some(isOwner) : affectedRows > 0 || !rows.some(isSharing);
      if (isOurs && (affectedRows > 0 || await this.#takeAgain(rows))) this.#found();
      else this.#lose();
    } catch (error) {
      if (failureOf(error) === null) throw error;
    }
  }

  async #takeAgain(rows: readonly LeaseRow[]): Promise<boolean> {
    const row = rows.find(({ name }) => name === this.#name);
    if (row !== undefined && isAlive(row)) return false;
    return await take(this.#connection, row, { name: this.#name, holder: this.#options.holder });
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    logger.error("Another instance has taken {name}: nothing is stored here until it has ended", {
      name: mysqlName(this.#options.place),
    });
  }

  #found(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    logger.warn("{name} is ours again", { name: mysqlName(this.#options.place) });
  }

  #lost(): StoreUnavailableError {
    return new StoreUnavailableError(`${mysqlName(this.#options.place)} was taken by another instance`);
  }
}

/** Waits until nobody is in the way, and takes the lease. */
async function waitForOthers(
  connection: MysqlConnection,
  options: LeaseOptions,
  name: string,
): Promise<void> {
  const { place, clock, holder, shared } = options;
  const seen = new Map<string, number>();
  const end = clock.now() + LEASE_MS;
  for (;;) {
    // The server frees the lock of a process that has ended, so who gets it knows that there is no owner.
    const isFree = shared ? await isUnlocked(connection, place) : await lock(connection, place);
    const rows = await connection.rows<LeaseRow>(LOOK, []);
    const others = rows.filter((row) =>
      row.holder !== holder && (isOwner(row) ? !isFree : isSharing(row) && !shared)
    );
    // Who has the lock and no row is about to look for others, or waits for one that ends.
    const isNext = shared && !isFree && clock.now() < end &&
      !rows.some((row) => row.name === OWNER || isSharing(row));
    const row = rows.find((row) => row.name === name);
    if (others.length === 0 && !isNext && await take(connection, row, { name, holder })) {
      // Whoever gets the lock from here on sees this row; whoever got it in between may not have.
      const isDone = !shared || !isFree || rows.some(isSharing) || await isUnlocked(connection, place);
      // An owner that is gone, or comes back late, must not find its row as it left it.
      if (!isDone) await connection.run(RELEASE, [name, holder], STEP_MS);
      else if (shared) await connection.run(isFree ? REMOVE : EXPIRE, [], STEP_MS);
      if (isDone) return;
    }
    for (const { name, renewedAt } of others) {
      const before = seen.get(name) ?? renewedAt;
      if (renewedAt !== before) throw inUse(place, name);
      seen.set(name, before);
    }
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve));
  }
}

function isAlive({ age }: LeaseRow): boolean {
  return age < LEASE_MS;
}

/** Whether somebody has the database alone. */
function isOwner(row: LeaseRow): boolean {
  return row.name === OWNER && isAlive(row);
}

/** Whether an instance shares the database. */
function isSharing(row: LeaseRow): boolean {
  return row.name !== OWNER && isAlive(row);
}

async function take(
  connection: MysqlConnection,
  row: LeaseRow | undefined,
  { name, holder }: { readonly name: string; readonly holder: string },
): Promise<boolean> {
  try {
    const { affectedRows } = row === undefined
      ? await connection.change(PUT, [name, holder], STEP_MS)
      : await connection.change(TAKE, [holder, name, row.holder, row.renewedAt], STEP_MS);
    return affectedRows > 0;
  } catch (error) {
    if (failureOf(error) === "duplicate") return false;
    throw error;
  }
}

/** Takes the server's lock for this connection, without waiting. */
async function lock(connection: MysqlConnection, place: MysqlPlace): Promise<boolean> {
  const text = "select get_lock(?, 0) as done";
  const [row] = await connection.rows<{ readonly done: number | null }>(text, [lockName(place)], STEP_MS);
  return row?.done === 1;
}

async function isUnlocked(connection: MysqlConnection, place: MysqlPlace): Promise<boolean> {
  const text = "select is_free_lock(?) as done";
  const [row] = await connection.rows<{ readonly done: number | null }>(text, [lockName(place)], STEP_MS);
  return row?.done === 1;
}

/** Names the server's lock: locks are the server's and not the database's, and their names are short. */
export function lockName({ database }: MysqlPlace): string {
  return `go-chat/${createHash("sha256").update(database).digest("hex").slice(0, 32)}`;
}

function inUse(place: MysqlPlace, name: string): StoreRefusedError {
  const remedy = name === OWNER
    ? "another Go Chat is using it: stop that one, or give all of them the same Redis (CHAT_REDIS_URL)"
    : "instances of Go Chat that share a Redis are using it: give this one the same (CHAT_REDIS_URL)";
  return new StoreRefusedError(`Cannot start: ${mysqlName(place)} is taken, ${remedy}`);
}
