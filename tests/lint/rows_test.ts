/** What docs/protocol.md promises by name has a test of that name, so that a reader finds it and a newcomer needs one. */
import assert from "node:assert/strict";
import { CLOSE } from "../../realtime/close.ts";
import { ERRORS } from "../../realtime/errors.ts";
import { ClientFrame, ServerFrame } from "../../realtime/frames.ts";
import { AppHarness } from "../http/app_harness.ts";
import { sourceFiles } from "./tree.ts";

/** Sent only where another instance's hints can be lost, which a single one has not. */
const OF_SEVERAL_INSTANCES: ReadonlySet<string> = new Set(["resync"]);

const tests = (await sourceFiles()).filter((file) => file.path.endsWith("_test.ts"));
const names = tests.flatMap(({ text }) =>
  [...text.matchAll(/(?:Deno\.test|browserTest|\.step)\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1/g)]
    .map((match) => match[2] ?? "")
);

/** Those of `rows` that no test's name matches. */
function unnamed(rows: readonly string[], pattern: (row: string) => RegExp): readonly string[] {
  return rows.filter((row) => !names.some((name) => pattern(row).test(name)));
}

Deno.test("Every call has a test that is named after it", async () => {
  await using http = await AppHarness.open();
  const { calls } = await http.documented();
  const rows = calls.map((call) => call.replace("/api/v1", "").replace(/\{(\w+)\}/g, ":$1"));
  assert.deepEqual(unnamed(rows, (row) => new RegExp(`${row}(?![\\w/:])`)), []);
});

Deno.test("Every frame has a test that is named after it", () => {
  const types = [...ClientFrame.options, ...ServerFrame.options].map((one) => one.shape.type.value);
  const rows = [...new Set(types)].filter((type) => !OF_SEVERAL_INSTANCES.has(type));
  assert.deepEqual(
    unnamed(rows, (row) => new RegExp(`^(?:[\\w ]* and )?${row}(?:: | and | in |, | \\d)`)),
    [],
  );
});

Deno.test("Every close code has a test that is named after it", () => {
  const rows = Object.values(CLOSE).map(({ code }) => String(code));
  assert.deepEqual(unnamed(rows, (row) => new RegExp(`\\b${row}\\b`)), []);
});

Deno.test("Every word of an error is asserted by a test", () => {
  const words = Object.keys(ERRORS).filter((word) => !tests.some(({ text }) => text.includes(`"${word}"`)));
  assert.deepEqual(words, []);
});
