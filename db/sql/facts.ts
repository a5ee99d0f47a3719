/**
 * Facts of the store as a whole.
 *
 * @module
 */
import type { Kysely } from "kysely";
import type { StoreFacts, Witness } from "../store.ts";
import type { SqlDatabase } from "./database.ts";
import type { Schema } from "./schema.ts";

type FactName = "epoch" | "origin" | "used_in_debug" | "copied_from" | "checked" | "witness";

/** The facts, read once and kept; this process is the only one that changes them. */
export class SqlFacts implements StoreFacts, Witness {
  readonly #database: SqlDatabase;
  readonly #newEpoch: string;
  #epoch: string;
  #usedInDebug: boolean;
  #copiedFrom: string | null;

  private constructor(database: SqlDatabase, facts: ReadonlyMap<string, string>, newEpoch: string) {
    this.#database = database;
    this.#newEpoch = newEpoch;
    this.#epoch = facts.get("epoch") ?? "";
    this.#usedInDebug = facts.has("used_in_debug");
    this.#copiedFrom = facts.get("copied_from") ?? null;
  }

  /**
   * Reads the facts. `origin` says which file this is and who closed it last: when that is not what the store
   * itself remembers, it was restored or copied, and the epoch becomes `newEpoch`.
   */
  static async open(
    database: SqlDatabase,
    given: { readonly origin: string; readonly newEpoch: string },
  ): Promise<SqlFacts> {
    const facts = await database.write(async (db) => {
      await database.dialect.alone(db);
      const rows = await db.selectFrom("fact").select(["name", "value"]).execute();
      const facts = new Map(rows.map((row) => [row.name, row.value]));
      if (facts.get("epoch") !== undefined && facts.get("origin") === given.origin) return facts;
      await putFacts(db, [["epoch", given.newEpoch], ["origin", given.origin]]);
      return facts.set("epoch", given.newEpoch);
    });
    return new SqlFacts(database, facts, given.newEpoch);
  }

  get epoch(): string {
    return this.#epoch;
  }

  get usedInDebug(): boolean {
    return this.#usedInDebug;
  }

  get copiedFrom(): string | null {
    return this.#copiedFrom;
  }

  /** See {@link Store.noteCopy}. */
  async noteCopy(from: string | null): Promise<void> {
    if (from === null) {
      await this.#database.write((db) => db.deleteFrom("fact").where("name", "=", "copied_from").execute());
    } else {
      // What clients remember of whatever was here before is of no use.
      await setFacts(this.#database, [["copied_from", from], ["epoch", this.#newEpoch]]);
      this.#epoch = this.#newEpoch;
    }
    this.#copiedFrom = from;
  }

  async noteDebugUse(): Promise<void> {
    if (this.#usedInDebug) return;
    await setFacts(this.#database, [["used_in_debug", "yes"]]);
    this.#usedInDebug = true;
  }

  /** See {@link Witness}. */
  async read(): Promise<string | null> {
    const row = await this.#database.read((db) =>
      db.selectFrom("fact").select("value").where("name", "=", "witness").executeTakeFirst()
    );
    return row?.value ?? null;
  }

  /** See {@link Witness}. */
  async write(text: string): Promise<void> {
    await setFacts(this.#database, [["witness", text]]);
  }

  /** Remembers the origin to be found at the next start. */
  async setOrigin(origin: string): Promise<void> {
    await setFacts(this.#database, [["origin", origin]]);
  }

  /** Writes something, to know that writing works. */
  async touch(): Promise<void> {
    await setFacts(this.#database, [["checked", this.epoch]]);
  }
}

async function setFacts(
  database: SqlDatabase,
  facts: readonly (readonly [FactName, string])[],
): Promise<void> {
  await database.write((db) => putFacts(db, facts));
}

async function putFacts(
  db: Kysely<Schema>,
  facts: readonly (readonly [FactName, string])[],
): Promise<void> {
  await db.replaceInto("fact").values(facts.map(([name, value]) => ({ name, value }))).execute();
}
