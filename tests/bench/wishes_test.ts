import assert from "node:assert/strict";
import { MEASURES } from "./measures.ts";
import { readWishes, USAGE } from "./wishes.ts";

function measured(...args: string[]): readonly string[] {
  return readWishes(args).measures.map(({ name }) => name);
}

Deno.test("readWishes() measures everything thoroughly and beside no commit when nothing is said", () => {
  const { effort, measures, against, tools } = readWishes([]);
  assert.deepEqual(measures, MEASURES);
  assert.deepEqual([effort.rounds, against, tools], [3, null, {}]);
});

Deno.test("readWishes() takes names, families of names and repetitions, in the order of the table", () => {
  assert.deepEqual(measured("--only", "logins", "--only", "messages", "--only", "logins"), [
    "messages",
    "logins",
  ]);
  assert.deepEqual(measured("--only", "storm"), ["storm-3000", "storm-500"]);
  assert.deepEqual(measured("--only", "storm-500"), ["storm-500"]);
});

Deno.test("readWishes() takes a commit, a short run and tools that are there", () => {
  const { effort, against, tools } = readWishes(["--against", "HEAD~3", "--quick", "--load", "/bin/load"]);
  assert.equal(effort.rounds, 1);
  assert.equal(against, "HEAD~3");
  assert.deepEqual(tools, { load: "/bin/load" });
});

for (const args of [["--only", "speed"], ["--only", "stor"], ["--fast"], ["--against"], ["now"]]) {
  Deno.test(`readWishes() refuses ${args.join(" ")}`, () => {
    assert.throws(() => readWishes(args), TypeError);
  });
}

Deno.test("The usage names every measure and every option", () => {
  for (const word of [...MEASURES.map(({ name }) => name), "--against", "--quick", "--relay", "--load"]) {
    assert.ok(USAGE.includes(word), word);
  }
});
