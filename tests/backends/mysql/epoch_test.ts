import assert from "node:assert/strict";
import { openAt } from "../../contract/mysql.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

Deno.test("A database keeps its epoch over starts, and has a new one where its origin was taken away after a restore", async () => {
  await using database = await createDatabase();
  const epochs: string[] = [];
  for (const start of ["first", "again", "restored", "again"]) {
    await using store = await openAt(database.place);
    epochs.push(store.facts.epoch);
    if (start === "again") await database.run("delete from fact where name = 'origin'");
  }
  const [first, again, restored] = epochs;
  assert.equal(first, again);
  assert.notEqual(restored, first);
});
