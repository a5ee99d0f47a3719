import assert from "node:assert/strict";
import { getLogger } from "@logtape/logtape";
import { configureLog } from "./log.ts";

function lines(level: "info" | "debug", human = false): string[] {
  const written: string[] = [];
  configureLog({ level, human, write: (line) => void written.push(line) });
  return written;
}

Deno.test("configureLog() writes one JSON object a line", () => {
  const written = lines("info");
  getLogger(["chat", "http"]).info("Answered {status}\nwith a break", { status: 200 });
  assert.equal(written.length, 1);
  assert.match(written[0] ?? "", /^[^\n]+\n$/);
  assert.deepEqual(JSON.parse(written[0] ?? "").properties, { status: 200 });
});

Deno.test("configureLog() leaves out what is below the level", () => {
  const written = lines("info");
  getLogger(["chat", "http"]).debug("quiet");
  assert.deepEqual(written, []);
});

for (const human of [false, true]) {
  Deno.test(`configureLog() never writes secret fields ${human ? "on a terminal" : "as JSON"}`, () => {
    const written = lines("info", human);
    const hush = "hush";
    getLogger(["chat", "http"]).info("Signed in with {token} and {password}", {
      token: hush,
      password: hush,
      content: hush,
      headers: { authorization: hush, cookie: hush },
      invite: { code: hush },
      secrets: [hush],
    });
    assert.equal(written.length, 1);
    assert.ok(!(written[0] ?? "").includes(hush));
  });
}

Deno.test("configureLog() writes the stack of an error", () => {
  const written = lines("info");
  getLogger(["chat", "server"]).error("It failed", { error: new Error("on purpose") });
  assert.match(written[0] ?? "", /on purpose.*log_test\.ts/);
});
