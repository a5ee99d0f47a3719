/**
 * The embedded store: SQLite in a directory.
 *
 * @module
 */
import { type Checked, timed } from "../../checked.ts";
import { getLogger } from "@logtape/logtape";
import type { Archive } from "../../archive.ts";
import type { Clock } from "../../clock.ts";
import { StoreRefusedError } from "../../errors.ts";
import type { ErasureStore } from "../../erasures.ts";
import type { InviteStore } from "../../invites.ts";
import type { MessageStore } from "../../messages.ts";
import type { SessionStore } from "../../sessions.ts";
import type { Store, StoreFacts, Witness } from "../../store.ts";
import type { UserStore } from "../../users.ts";
import { SqlAccountArchive } from "../account_archive.ts";
import { SqlFacts } from "../facts.ts";
import { SqliteErasureStore } from "./erasures.ts";
import { createPrivately, databasePath, prepareDirectory, refused } from "./files.ts";
import { SqlInviteStore } from "../invites.ts";
import { SqlMessageArchive } from "../message_archive.ts";
import { DirectoryLock } from "./lock.ts";
import { SqliteMessageStore } from "./messages.ts";
import type { MigratingOptions } from "../migrating.ts";
import { migrate } from "../migrations.ts";
import { SqliteSessionStore } from "./sessions.ts";
import { SqliteDatabase } from "./database.ts";
import { SqlUserStore } from "../users.ts";

const logger = getLogger(["chat", "store"]);

/** What the embedded store is opened with. */
export interface SqliteOptions {
  /** The directory; made when it is missing. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Hears of migrations instead of the log. */
  readonly migrating?: Pick<MigratingOptions, "pending" | "tell">;
}

/** Every store on one SQLite database. */
export class SqliteStore implements Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly invites: InviteStore;
  readonly messages: MessageStore;
  readonly erasures: ErasureStore;
  readonly archive: Archive;
  /** The database underneath, for tests that break it. */
  readonly database: SqliteDatabase;
  readonly #facts: SqlFacts;
  readonly #home: Home;
  #checking: Promise<readonly Checked[]> | null = null;
  #closing: Promise<void> | null = null;

  private constructor(database: SqliteDatabase, facts: SqlFacts, home: Home) {
    this.database = database;
    this.#facts = facts;
    this.#home = home;
    this.users = new SqlUserStore(database);
    this.sessions = new SqliteSessionStore(database);
    this.invites = new SqlInviteStore(database);
    this.messages = new SqliteMessageStore(database);
    this.erasures = new SqliteErasureStore(database);
    this.archive = {
      accounts: new SqlAccountArchive(database),
      messages: new SqlMessageArchive(database),
    };
  }

  /** Opens the store in a directory. Throws {@link StoreRefusedError}. */
  static async open(options: SqliteOptions): Promise<SqliteStore> {
    const { dataDir, clock, newId } = options;
    await prepareDirectory(dataDir);
    const path = databasePath(dataDir);
    const lock = await take(dataDir, clock);
    let database: SqliteDatabase | undefined;
    try {
      await createPrivately(path);
      database = new SqliteDatabase(path, clock);
      await migrate(database.kysely, {
        dialect: database.dialect,
        where: `"${path}"`,
        clock,
        ...options.migrating,
      });
      const file = await identityOf(path);
      const facts = await SqlFacts.open(database, { origin: `${file}/${lock.seal}`, newEpoch: newId() });
      return new SqliteStore(database, facts, { lock, file, newSeal: newId });
    } catch (error) {
      await database?.[Symbol.asyncDispose]();
      lock[Symbol.dispose]();
      throw error instanceof StoreRefusedError ? error : refused(path, error);
    }
  }

  get facts(): StoreFacts {
    return this.#facts;
  }

  get witness(): Witness {
    return this.#facts;
  }

  noteDebugUse(): Promise<void> {
    return this.#facts.noteDebugUse();
  }

  noteCopy(from: string | null): Promise<void> {
    return this.#facts.noteCopy(from);
  }

  check(): Promise<readonly Checked[]> {
    this.#checking ??= timed(this.database.clock, "sqlite", () => this.#facts.touch()).then((one) => [one])
      .finally(() => this.#checking = null);
    return this.#checking;
  }

  sizeBytes(): number {
    return this.database.sizeBytes;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets go of the files without a word to them, for tests that kill a store. SQLite moves the log all the same. */
  abandon(): void {
    if (this.database.raw.isOpen) this.database.raw.close();
    this.#home.lock[Symbol.dispose]();
  }

  async #close(): Promise<void> {
    const { lock, file, newSeal } = this.#home;
    const seal = newSeal();
    try {
      await this.#facts.setOrigin(`${file}/${seal}`);
      await this.database[Symbol.asyncDispose]();
      lock.release(seal);
    } catch (error) {
      // Without a new seal the next start finds the old one in both places: nothing is lost by it.
      logger.warn("The store closed without a new seal: {error}", { error });
    } finally {
      await this.database[Symbol.asyncDispose]();
      lock[Symbol.dispose]();
    }
  }
}

/** Where a store lives, and by what it will know the place again. */
interface Home {
  readonly lock: DirectoryLock;
  readonly file: string;
  readonly newSeal: () => string;
}

async function take(dataDir: string, clock: Clock): Promise<DirectoryLock> {
  try {
    return await DirectoryLock.take(dataDir, clock);
  } catch (error) {
    throw error instanceof StoreRefusedError ? error : refused(dataDir, error);
  }
}

/**
 * Which file this is. A backup that is put in its place is another file, made at another time; one that is copied
 * into the file has the seal of an earlier run.
 */
async function identityOf(path: string): Promise<string> {
  const { ino, birthtime } = await Deno.stat(path);
  return `${ino ?? 0}/${birthtime?.getTime() ?? 0}`;
}
