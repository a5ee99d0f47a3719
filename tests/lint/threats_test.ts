/** The table of threats in SECURITY.md names tests that are there. */
import assert from "node:assert/strict";
import { ROOT } from "./places.ts";
import { filesEnding } from "./tree.ts";

/** A test of a row: its file, and its name with `*` for what it runs through. */
const NAMED = /`([\w/.]+_test\.ts)`: “([^”]+)”/g;
const TEST = /Deno\.test\(\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
const PLACEHOLDER = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g;

/** The rows below the head of the first table with tests. */
async function rows(): Promise<readonly string[]> {
  const lines = (await Deno.readTextFile(`${ROOT}SECURITY.md`)).split("\n");
  const head = lines.findIndex((line) => /^\| threat +\| defence/.test(line));
  assert.ok(head >= 0, "SECURITY.md has a table of threats");
  const rest = lines.slice(head + 2);
  return rest.slice(0, rest.findIndex((line) => !line.startsWith("|")));
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(TEST)].map(([, plain, template = ""]) =>
    plain?.replaceAll('\\"', '"') ?? template.replaceAll(PLACEHOLDER, "*")
  );
}

Deno.test("Each threat in SECURITY.md has a test, and each test named there is in its file", async () => {
  const files = new Map((await filesEnding(["_test.ts"])).map(({ path, text }) => [path, text]));
  const faults: string[] = [];
  for (const row of await rows()) {
    const tests = [...row.matchAll(NAMED)];
    if (tests.length === 0) faults.push(`no test: ${row.slice(0, 60)}`);
    for (const [, path = "", escaped = ""] of tests) {
      const name = escaped.replaceAll(/\\([*_<])/g, "$1");
      if (!namesIn(files.get(path) ?? "").includes(name)) faults.push(`${path} has no "${name}"`);
    }
  }
  assert.deepEqual(faults, []);
});
