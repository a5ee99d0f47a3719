import assert from "node:assert/strict";
import { DATABASES } from "./databases.ts";
import { MEASURES } from "./measures.ts";
import { readWishes, USAGE } from "./wishes.ts";

function measured(...args: string[]): readonly string[] {
  return readWishes(args).measures.map(({ name }) => name);
}

Deno.test("readWishes() measures everything thoroughly and beside no commit when nothing is said", () => {
  const { effort, measures, against, databases, peers, tools } = readWishes([]);
  assert.deepEqual(measures, MEASURES);
  assert.deepEqual([effort.rounds, against, databases, peers, tools], [3, null, [], false, {}]);
});

Deno.test("readWishes() takes names, families of names and repetitions, in the order of the table", () => {
  assert.deepEqual(measured("--only", "logins", "--only", "messages", "--only", "logins"), [
    "messages",
    "logins",
  ]);
  assert.deepEqual(measured("--only", "storm"), ["storm-3000", "storm-500"]);
  assert.deepEqual(measured("--only", "storm-500"), ["storm-500"]);
});

Deno.test("readWishes() takes the seconds of a run, and refuses what are none", () => {
  assert.equal(readWishes(["--seconds", "60"]).effort.seconds, 60);
  assert.deepEqual(readWishes(["--quick", "--seconds", "3"]).effort, { rounds: 1, seconds: 3 });
  for (const text of ["0", "x", "3601", ""]) {
    assert.throws(() => readWishes(["--seconds", text]), new RegExp(`"${text}": 1 to 3600`));
  }
});

Deno.test("readWishes() takes the hardened transport where it is asked for", () => {
  assert.deepEqual([readWishes([]).hardened, readWishes(["--hardened"]).hardened], [false, true]);
});

Deno.test("readWishes() takes a number of isolates, and refuses what is none", () => {
  assert.deepEqual([readWishes([]).isolates, readWishes(["--isolates", "2"]).isolates], [0, 2]);
  for (const text of ["1", "x", "65", ""]) {
    assert.throws(() => readWishes(["--isolates", text]), new RegExp(`"${text}" isolates: 2 to 64`));
  }
});

Deno.test("readWishes() takes a commit, a short run and tools that are there", () => {
  const { effort, against, tools } = readWishes(["--against", "HEAD~3", "--quick", "--load", "/bin/load"]);
  assert.equal(effort.rounds, 1);
  assert.equal(readWishes(["--peers"]).peers, true);
  assert.equal(against, "HEAD~3");
  assert.deepEqual(tools, { load: "/bin/load" });
});

Deno.test("readWishes() takes databases once each, in the order of the table", () => {
  const words = ["mongodb", "mysql", "mongodb"].flatMap((name) => ["--with", name]);
  assert.deepEqual(readWishes(words).databases, ["mysql", "mongodb"]);
});

for (
  const args of [
    ["--only", "speed"],
    ["--only", "stor"],
    ["--with", "redis"],
    ["--with"],
    ["--fast"],
    ["--against"],
    ["now"],
  ]
) {
  Deno.test(`readWishes() refuses ${args.join(" ")}`, () => {
    assert.throws(() => readWishes(args), TypeError);
  });
}

Deno.test("The usage names every measure, every database and every option", () => {
  const options = ["--against", "--with", "--peers", "--only", "--quick", "--relay", "--load"];
  for (const word of [...MEASURES.map(({ name }) => name), ...DATABASES, ...options]) {
    assert.ok(USAGE.includes(word), word);
  }
});
