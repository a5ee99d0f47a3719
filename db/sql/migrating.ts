/**
 * Runs migrations, and says so where a store has something in it: nothing is served meanwhile, and what takes long
 * would look dead.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Clock } from "../clock.ts";
import { StoreRefusedError } from "../errors.ts";
import type { Schema } from "./schema.ts";

const log = getLogger(["chat", "store"]);

/** What is migrated, and who hears of it. */
export interface MigratingOptions {
  /** Names the database in a sentence. */
  readonly where: string;
  readonly clock: Pick<Clock, "now">;
  /** Hears a sentence before each migration and one after it; default: the log, as something to look at. */
  readonly tell?: (text: string) => void;
  /** Hears once, before any begins, which migrations the database has not had, in order; maybe none. */
  readonly pending?: (names: readonly string[]) => void;
}

/**
 * Runs those migrations that the database has not had. Several processes may do so at once: one does, the others
 * wait. Throws {@link StoreRefusedError} when the database has had others.
 */
export async function runMigrations(
  db: Kysely<Schema>,
  migrations: Readonly<Record<string, Migration>>,
  options: MigratingOptions,
): Promise<void> {
  const done = await migrationsDone(db);
  const newer = done.find((name) => !(name in migrations));
  if (newer !== undefined) {
    throw new StoreRefusedError(
      `Cannot open ${options.where}: a newer version of this program wrote it (schema "${newer}"), start that version`,
    );
  }
  options.pending?.(Object.keys(migrations).filter((name) => !done.includes(name)).sort());
  // The first makes an empty store, which takes no time.
  const told = done.length === 0 ? migrations : withWords(migrations, options);
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...told }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function migrationsDone(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === "kysely_migration")) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map((row) => row.name);
}

/** Before, as SQLite lets nothing else run meanwhile; with the number of messages, by which one can guess how long. */
function withWords(
  migrations: Readonly<Record<string, Migration>>,
  { where, clock, tell = (text): void => log.warn("{text}", { text }) }: MigratingOptions,
): Record<string, Migration> {
  const told = ([name, migration]: readonly [string, Migration]): readonly [string, Migration] => [name, {
    up: async (db: Kysely<Schema>): Promise<void> => {
      const begun = clock.now();
      tell(
        `Migrating ${where} to schema "${name}": ${await countMessages(
          db,
        )} messages, nothing is served before`,
      );
      await migration.up(db);
      tell(`Migrated ${where} to schema "${name}" in ${((clock.now() - begun) / 1_000).toFixed(1)} s`);
    },
  }];
  return Object.fromEntries(Object.entries(migrations).map(told));
}

/** Taken from the conversations: counting the messages themselves takes long where there are many. */
async function countMessages(db: Kysely<Schema>): Promise<number> {
  const row = await db.selectFrom("conversation")
    .select(sql<unknown>`sum(last_seq - first_seq + 1)`.as("count")).executeTakeFirst();
  return Number(row?.count ?? 0);
}
