import assert from "node:assert/strict";
import { SETTINGS } from "../../routes/server/setting_rows.ts";
import { ROOT } from "./places.ts";

/** Rows of the README's table: variable, place in config.ini, flag. */
const ROW = /^\| `(CHAT_\w+)`\s*\| `(\[\w+\] \w+)`\s*\|\s*(?:`--(\w+)`)?\s*\|/gm;

Deno.test("The settings table of the README has exactly the settings that the program reads", async () => {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const written = [...readme.matchAll(ROW)].map(([, env, place, flag]) => `${env} ${place} ${flag ?? ""}`);
  const known = Object.values(SETTINGS).map((row) =>
    `${row.env} [${row.section}] ${row.key} ${row.flag ?? ""}`
  );
  assert.deepEqual(written.toSorted(), known.toSorted());
});

Deno.test("Every task that a document names exists", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  for (const path of ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md"]) {
    const text = await Deno.readTextFile(ROOT + path);
    for (const [, task = ""] of text.matchAll(/deno task ([\w:]+)/g)) {
      assert.ok(task in tasks, `${path} names "deno task ${task}", which does not exist`);
    }
  }
});
