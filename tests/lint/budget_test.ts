import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { ROOT } from "./places.ts";
import { sourceFiles } from "./tree.ts";

/** Lines a file of code may have; a style sheet is a list, and so is what a task makes of the page's files. */
const MAX_LINES = 300;
const LISTS = /\.css$|^routes\/page_files\.ts$/;
/** Files over it, each with the decision record that says why. */
const LONGER: ReadonlyMap<string, string> = new Map([
  ["realtime/frames.ts", "docs/decisions/0008-one-file-for-the-wire.md"],
]);

const files = await sourceFiles();

Deno.test("No source file has more than 300 lines without a decision record", () => {
  const tooLong = files.filter((file) =>
    lines(file.text) > MAX_LINES && !LISTS.test(file.path) && !LONGER.has(file.path)
  );
  assert.deepEqual(tooLong.map((file) => `${file.path}: ${lines(file.text)} lines`), []);
});

Deno.test("Every exception from the 300 lines exists, is needed and has its decision record", () => {
  for (const [path, record] of LONGER) {
    const file = files.find((candidate) => candidate.path === path);
    assert.ok(file !== undefined && lines(file.text) > MAX_LINES, `${path} needs no exception`);
    assert.ok(existsSync(ROOT + record), `${path} names ${record}, which does not exist`);
  }
});

Deno.test("Nothing is typed any, in code or in JSDoc", () => {
  const inCode = /\bas any\b|:\s*any\b|<any\b|\bany\[\]|no-explicit-any/;
  const inJsdoc = /@\w+\s*\{[^}]*\bany\b[^}]*\}/;
  const found = files.filter((file) => !file.path.startsWith("tests/lint/"))
    .filter((file) => inCode.test(codeOf(file.text)) || inJsdoc.test(file.text));
  assert.deepEqual(found.map((file) => file.path), []);
});

Deno.test("No test is switched off or waits for its turn", () => {
  const off = /Deno\.test\.(?:only|ignore)|\bignore:\s*true|\bonly:\s*true/;
  const found = files.filter((file) => !file.path.startsWith("tests/lint/") && off.test(file.text));
  assert.deepEqual(found.map((file) => file.path), []);
});

function lines(text: string): number {
  return text.split("\n").length - 1;
}

/** A text without strings and prose: `any` is a word of English, and a lint directive is no prose. */
function codeOf(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""')
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/(?! deno-lint-ignore).*$/gm, "");
}
