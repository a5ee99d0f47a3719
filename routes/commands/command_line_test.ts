import assert from "node:assert/strict";
import type { GivenFlags } from "../server/given_settings.ts";
import { createProgram, runCommandLine } from "./command_line.ts";
import { plainServe } from "./plain_serve.ts";
import { addServe } from "./serve.ts";
import { createTools, type Streams } from "./tools.ts";
import { addVersion } from "./version.ts";

/** Runs a program that only notes what it was asked. */
async function run(args: readonly string[]): Promise<{
  readonly code: number;
  readonly result: string;
  readonly status: string;
  readonly served: readonly GivenFlags[];
}> {
  let [result, status] = ["", ""];
  const served: GivenFlags[] = [];
  const streams: Streams = {
    writeResult: (text) => void (result += text),
    writeStatus: (text) => void (status += text),
    isResultTerminal: false,
    isStatusTerminal: false,
  };
  const program = createProgram(streams, "1.2.3", (program) => {
    addServe(program, (given) => Promise.resolve(void served.push(given)));
    const facts = { version: "1.2.3", protocol: 4, schema: "0005_five", runtime: "deno 6" };
    addVersion(program, createTools(streams, { now: () => 0 }), facts);
  });
  const code = await runCommandLine(args, program, streams);
  return { code, result, status, served };
}

const SERVED: readonly (readonly [readonly string[], Partial<GivenFlags>])[] = [
  [[], {}],
  [["serve"], {}],
  [["--port", "1", "serve"], { flags: { port: "1" } }],
  [["serve", "--port", "1", "--port=2"], { flags: { port: "2" } }],
  [["--host", "::1", "--data=d", "--mode", "debug", "--config", "c.ini", "--dev"], {
    flags: { host: "::1", data: "d", mode: "debug" },
    config: "c.ini",
    dev: true,
  }],
];
for (const [args, more] of SERVED) {
  Deno.test(`"${args.join(" ")}" serves with what it names`, async () => {
    const { code, served } = await run(args);
    assert.equal(code, 0);
    const given = { flags: {}, config: undefined, dev: false, ...more };
    assert.deepEqual(served, [given]);
    assert.deepEqual(plainServe(args), given, "read alike without the library");
  });
}

const WRONG = [["start"], ["serve", "more"], ["--prot", "1"], ["--port"], ["--dev=1"], ["-x"], [
  "version",
  "--yaml",
], ["help", "start"]];
for (const args of WRONG) {
  Deno.test(`"${args.join(" ")}" is refused with 2 and one line that says what is allowed`, async () => {
    const { code, status, served } = await run(args);
    assert.equal(code, 2);
    assert.match(status, /^Cannot (start|help): [^\n]+, allowed: [^\n]+\n$/);
    assert.deepEqual(served, []);
  });
}

Deno.test("every command's help ends with an example", async () => {
  for (const name of ["serve", "version", "help"]) {
    const { code, result } = await run(["help", name]);
    assert.equal(code, 0);
    assert.match(result, /\nExamples?:\n {2}go-chat /, name);
    assert.equal((await run([name, "--help"])).result, result);
  }
});

Deno.test("version says more with --json", async () => {
  assert.equal((await run(["version"])).result, "go-chat 1.2.3\n");
  const facts = JSON.parse((await run(["version", "--json"])).result);
  assert.deepEqual(facts, { version: "1.2.3", protocol: 4, schema: "0005_five", runtime: "deno 6" });
});

const OTHERS = [
  ["help"],
  ["--help"],
  ["serve", "-h"],
  ["version"],
  ["--version"],
  ["backup", "serve"],
  ["serve", "more"],
  ["user", "list", "--data", "d"],
  ["--prot", "1"],
  ["--port"],
  ["--port", "-1"],
  ["--dev=1"],
  ["-x"],
  ["doctor", "--json"],
];
for (const args of OTHERS) {
  Deno.test(`plainServe() leaves "${args.join(" ")}" to the reader of all commands`, () => {
    assert.equal(plainServe(args), null);
  });
}
