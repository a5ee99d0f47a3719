import assert from "node:assert/strict";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { SettingsError } from "./settings_error.ts";

function serve(more: Partial<Extract<CommandLine, { command: "serve" }>> = {}): CommandLine {
  return { command: "serve", flags: {}, config: undefined, dev: false, ...more };
}

Deno.test("parseCommandLine() serves with and without the word", () => {
  assert.deepEqual(parseCommandLine([]), serve());
  assert.deepEqual(parseCommandLine(["serve"]), serve());
  assert.deepEqual(parseCommandLine(["--port", "1", "serve"]), serve({ flags: { port: "1" } }));
});

Deno.test("parseCommandLine() takes the last of a repeated flag", () => {
  assert.deepEqual(parseCommandLine(["--port", "1", "--port=2"]), serve({ flags: { port: "2" } }));
});

Deno.test("parseCommandLine() reads every flag", () => {
  const args = ["--host", "::1", "--data=d", "--mode", "debug", "--config", "c.ini", "--dev"];
  assert.deepEqual(
    parseCommandLine(args),
    serve({ flags: { host: "::1", data: "d", mode: "debug" }, config: "c.ini", dev: true }),
  );
});

Deno.test("parseCommandLine() finds help and version as words and flags", () => {
  for (const args of [["help"], ["--help"], ["-h"], ["serve", "--help"]]) {
    assert.deepEqual(parseCommandLine(args), { command: "help" });
  }
  for (const args of [["version"], ["--version"]]) {
    assert.deepEqual(parseCommandLine(args), { command: "version" });
  }
});

const WRONG = [["start"], ["serve", "more"], ["--prot", "1"], ["--port"], ["--port", "--host"], ["--dev=1"], [
  "-x",
]];
for (const args of WRONG) {
  Deno.test(`parseCommandLine() refuses ${args.join(" ")} in one line that says what is allowed`, () => {
    assert.throws(
      () => parseCommandLine(args),
      (error) =>
        error instanceof SettingsError && /^Cannot start: [^\n]+, allowed: [^\n]+--port/.test(error.message),
    );
  });
}
