/**
 * The store on MySQL for tests: in a database of its own that goes with it.
 *
 * @module
 */
import { systemClock } from "../../db/clock.ts";
import type { MysqlPlace } from "../../db/places.ts";
import { MysqlStore } from "../../db/sql/mysql/store.ts";
import { createDatabase, type TestDatabase } from "../support/mariadb.ts";
import type { OpenedStore } from "./opened.ts";

/** Opens the store in a database; `shared`, as the tests open several on one, unless told otherwise. */
export function openAt(
  place: MysqlPlace,
  { shared = true, startTimeoutMs = 5_000 } = {},
): Promise<MysqlStore> {
  const newId = (): string => crypto.randomUUID();
  return MysqlStore.open({ place, clock: systemClock, newId, startTimeoutMs, shared });
}

/** The store in a database of its own. */
export async function openMysql(): Promise<
  OpenedStore & { readonly store: MysqlStore; readonly database: TestDatabase }
> {
  const database = await createDatabase();
  const store = await openAt(database.place);
  return {
    store,
    database,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
