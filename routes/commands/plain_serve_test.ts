import assert from "node:assert/strict";
import { plainServe } from "./plain_serve.ts";

const NOTHING = { flags: {}, config: undefined, dev: false };

const SERVED: readonly (readonly [readonly string[], object])[] = [
  [[], {}],
  [["serve"], {}],
  [["--port", "1", "serve"], { flags: { port: "1" } }],
  [["serve", "--port", "1", "--port=2"], { flags: { port: "2" } }],
  [["--host", "::1", "--data=d", "--mode", "debug", "--config", "c.ini", "--dev"], {
    flags: { host: "::1", data: "d", mode: "debug" },
    config: "c.ini",
    dev: true,
  }],
  [["--config="], {}],
];
for (const [args, more] of SERVED) {
  Deno.test(`plainServe() reads "${args.join(" ")}" as the other reader does`, () => {
    assert.deepEqual(plainServe(args), { ...NOTHING, ...more });
  });
}

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
