import assert from "node:assert/strict";
import documented from "./documented.ts";
import { ROOT } from "./places.ts";

const HEAD = "/**\n * A file.\n *\n * @module\n */\n";

function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(documented, ROOT + path, source).map((found) => found.id);
}

Deno.test("documented/exported asks contracts and doors for a docstring on each export", () => {
  assert.deepEqual(lint("db/users.ts", `${HEAD}export interface User {}\n`), ["documented/exported"]);
  assert.deepEqual(lint("realtime/mod.ts", `${HEAD}export const limit = 1;\n`), ["documented/exported"]);
  assert.deepEqual(lint("db/users.ts", `${HEAD}/** A person. */\nexport interface User {}\n`), []);
  assert.deepEqual(lint("db/users.ts", `${HEAD}/** One. */\nexport type A = 1;\nexport type B = 2;\n`), [
    "documented/exported",
  ]);
  assert.deepEqual(lint("realtime/hub.ts", `${HEAD}export class Hub {}\n`), []);
  assert.deepEqual(lint("routes/mod.ts", `${HEAD}export { Hub } from "./hub.ts";\n`), []);
});

Deno.test("documented/file asks each file of the server for its @module block", () => {
  assert.deepEqual(lint("realtime/hub.ts", "export class Hub {}\n"), ["documented/file"]);
  assert.deepEqual(lint("realtime/hub_test.ts", "export class Hub {}\n"), []);
});
