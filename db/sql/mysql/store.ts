/**
 * The store on a MySQL or MariaDB server.
 *
 * @module
 */
import { type Checked, timed } from "../../checked.ts";
import type { Archive } from "../../archive.ts";
import type { Clock } from "../../clock.ts";
import { StoreUnavailableError } from "../../errors.ts";
import type { ErasureStore } from "../../erasures.ts";
import type { InviteStore } from "../../invites.ts";
import type { MessageStore } from "../../messages.ts";
import { mysqlName, type MysqlPlace } from "../../places.ts";
import type { SessionStore } from "../../sessions.ts";
import type { Store, StoreFacts, Witness } from "../../store.ts";
import type { UserStore } from "../../users.ts";
import { SqlAccountArchive } from "../account_archive.ts";
import { SqlErasureStore } from "../erasures.ts";
import { SqlFacts } from "../facts.ts";
import { SqlInviteStore } from "../invites.ts";
import { SqlMessageArchive } from "../message_archive.ts";
import type { MigratingOptions } from "../migrating.ts";
import { migrate } from "../migrations.ts";
import { SqlSessionStore } from "../sessions.ts";
import { SqlUserStore } from "../users.ts";
import { MysqlDatabase } from "./database.ts";
import { Lease } from "./lease.ts";
import { MysqlMessageStore } from "./messages.ts";
import { untilReached } from "./starting.ts";
import { prepareUsers } from "./takeover.ts";

/** How long a check may take, in ms. */
const CHECK_MS = 1_900;

/** What the store is opened with. */
export interface MysqlOptions {
  /** Hears of migrations instead of the log. */
  readonly migrating?: Pick<MigratingOptions, "pending" | "tell">;
  readonly place: MysqlPlace;
  readonly clock: Clock;
  readonly newId: () => string;
  /** How long a server that cannot be reached is tried, in ms. */
  readonly startTimeoutMs: number;
  /** How long one answer may take, in ms; default 5 000. */
  readonly answerMs?: number;
  /** Whether other instances may write to the same database. */
  readonly shared: boolean;
}

/** Every store on one MySQL database. */
export class MysqlStore implements Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invites: InviteStore;
  readonly messages: MessageStore;
  readonly erasures: ErasureStore;
  readonly archive: Archive;
  /** The database underneath, for tests that break it. */
  readonly database: MysqlDatabase;
  readonly #messages: MysqlMessageStore;
  readonly #facts: SqlFacts;
  readonly #lease: Lease;
  #checking: Promise<readonly Checked[]> | null = null;
  #closing: Promise<void> | null = null;

  private constructor(database: MysqlDatabase, facts: SqlFacts, lease: Lease) {
    this.database = database;
    this.#facts = facts;
    this.#lease = lease;
    database.guard(() => lease.mayWrite());
    this.users = new SqlUserStore(database);
    this.sessions = new SqlSessionStore(database);
    this.invites = new SqlInviteStore(database);
    this.#messages = new MysqlMessageStore(database, lease.fence);
    this.messages = this.#messages;
    this.erasures = new SqlErasureStore(database);
    this.archive = { accounts: new SqlAccountArchive(database), messages: new SqlMessageArchive(database) };
  }

  /** Connects and brings the schema up to date. Throws {@link StoreRefusedError}. */
  static open(options: MysqlOptions): Promise<MysqlStore> {
    return untilReached(options, () => MysqlStore.#begin(options));
  }

  static async #begin(
    { place, clock, newId, shared, answerMs, migrating }: MysqlOptions,
  ): Promise<MysqlStore> {
    await using opened = new AsyncDisposableStack();
    const lease = opened.use(await Lease.take({ place, clock, shared, holder: newId() }));
    const database = opened.use(
      new MysqlDatabase({ place, clock, ...(answerMs === undefined ? {} : { answerMs }) }),
    );
    const where = mysqlName(place);
    await migrate(database.forMigrations, {
      dialect: database.dialect,
      where,
      clock,
      prepareUsers: (db) => prepareUsers(db, where),
      ...migrating,
    });
    const facts = await SqlFacts.open(database, { origin: "mysql", newEpoch: newId() });
    opened.move();
    return new MysqlStore(database, facts, lease);
  }

  get facts(): StoreFacts {
    return this.#facts;
  }

  get witness(): Witness {
    return this.#facts;
  }

  noteCopy(from: string | null): Promise<void> {
    return this.#facts.noteCopy(from);
  }

  noteDebugUse(): Promise<void> {
    return this.#facts.noteDebugUse();
  }

  check(): Promise<readonly Checked[]> {
    this.#checking ??= timed(this.database.clock, "mysql", () => this.#check()).then((one) => [one])
      .finally(() => this.#checking = null);
    return this.#checking;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #check(): Promise<void> {
    const { place, clock } = this.database;
    const late = Promise.withResolvers<never>();
    const deadline = clock.after(
      CHECK_MS,
      () => late.reject(new StoreUnavailableError(`${mysqlName(place)} does not answer`)),
    );
    try {
      await Promise.race([this.#facts.touch(), late.promise]);
    } finally {
      deadline.cancel();
    }
  }

  async #close(): Promise<void> {
    await this.#messages[Symbol.asyncDispose]();
    await this.#lease[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }
}
