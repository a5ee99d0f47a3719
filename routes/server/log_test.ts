import assert from "node:assert/strict";
import { getLogger } from "@logtape/logtape";
import fc from "fast-check";
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

for (const human of [false, true]) {
  Deno.test(`configureLog() lets no value begin a line or paint ${human ? "on a terminal" : "as JSON"}`, () => {
    const written = lines("info", human);
    const forged = 'x\n{"level":"ERROR"}\r\u001b[31mred\u2028y\u009b2J';
    getLogger(["chat", "http"]).info("Asked for {path}", { path: forged });
    assert.equal(written.length, 1);
    const line = (written[0] ?? "").replace(/\n$/, "");
    // A terminal's own colours come before and behind the text, not out of a value.
    for (const acted of ["\n", "\r", "\u2028", "\u009b", "\u001b[31mred"]) {
      assert.ok(!line.includes(acted), JSON.stringify(acted));
    }
    assert.match(line, /red/);
  });
}

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

Deno.test("configureLog() never writes a field whose name says that it is secret, however deep and whatever is around it", () => {
  const words = [
    "password",
    "passphrase",
    "token",
    "secret",
    "cookie",
    "authorization",
    "credentials",
    "digest",
  ];
  const around = fc.stringMatching(/^[a-z]{0,6}$/);
  const name = fc.tuple(around, fc.constantFrom(...words), around)
    .map(([before, word, after]) => before === "" ? word + after : `${before}_${word}${after}`);
  const key = fc.oneof(name, fc.constantFrom("content", "body"));
  const path = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 3 });
  const written = lines("info");
  fc.assert(fc.property(key, path, fc.boolean(), (secret, parents, isListed) => {
    written.length = 0;
    const held = { [secret]: "hush-hush", beside: 1 };
    const properties = parents.reduceRight<Record<string, unknown>>(
      (inner, parent) => ({ [parent]: isListed ? [inner] : inner }),
      held,
    );
    getLogger(["chat", "http"]).info("Something happened", properties);
    assert.equal(written.length, 1);
    assert.ok(!(written[0] ?? "").includes("hush-hush"), `it is in ${written[0]}`);
  }));
});
