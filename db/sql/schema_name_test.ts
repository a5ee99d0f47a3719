import assert from "node:assert/strict";
import { NEWEST_SCHEMA } from "../schema_name.ts";
import { sqliteDialect } from "./dialect.ts";
import { allMigrations } from "./migrations.ts";

Deno.test("NEWEST_SCHEMA names the last migration", () => {
  const options = { dialect: sqliteDialect, where: "nowhere", clock: { now: () => 0 } };
  assert.equal(Object.keys(allMigrations(options)).at(-1), NEWEST_SCHEMA);
});
