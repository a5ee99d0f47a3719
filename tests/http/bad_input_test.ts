/**
 * Everything that can be put into every field of every call: the answer is the envelope, and never a 500.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readJsonObject } from "../../routes/body.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { AppHarness, readAnswer } from "./app_harness.ts";

/** Values as JSON text, so that those which JSON.stringify cannot write are here too. */
const VALUES: Readonly<Record<string, string>> = {
  null: "null",
  true: "true",
  "a number": "7",
  zero: "0",
  "a negative": "-1",
  "a fraction": "1.5",
  "2^53 + 1": "9007199254740993",
  "1e308": "1e308",
  "beyond numbers": "1e999",
  "minus zero": "-0",
  "empty text": '""',
  "a space": '" "',
  "a digit in text": '"1"',
  "an emoji": '"\u{1f600}\u{1f600}\u{1f600}"',
  "U+0000": '"abc\\u0000def"',
  "a high surrogate": '"abc\\ud800"',
  "a low surrogate": '"\\udc00abc"',
  "control characters": '"a\\u0001\\u001b[31mb"',
  "line ends": '"abc\\r\\ndef"',
  "direction marks": '"abc\\u202edef"',
  "zero width": '"abc\\u200bdef"',
  "Hangul filler": '"\\u3164\\u3164\\u3164"',
  "20 001 characters": JSON.stringify("a".repeat(20_001)),
  "100 000 characters": JSON.stringify("\u5b57".repeat(40_000)),
  SQL: JSON.stringify("'; DROP TABLE user; --"),
  HTML: JSON.stringify("<script>alert(1)</script>"),
  "an operator": '{"$ne":""}',
  "an empty array": "[]",
  "an array of text": '["abc"]',
  "an empty object": "{}",
  "__proto__": '{"__proto__":{"status":"active"}}',
  "10 000 deep arrays": "[".repeat(10_000) + "]".repeat(10_000),
  "10 000 deep objects": '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000),
};

interface Target {
  readonly method: string;
  readonly path: string;
  /** A body that is good, by field. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Values that a field may well take. */
  readonly fine?: Readonly<Record<string, readonly string[]>>;
}

const FREE_TEXT = ["a digit in text", "an emoji", "SQL", "HTML", "a space", "empty text"];

const TARGETS: readonly Target[] = [
  {
    method: "POST",
    path: "/auth/register",
    body: { username: "newcomer", email: "new@example.com", password: "a password", phone: "1", invite: "" },
    fine: {
      phone: FREE_TEXT,
      invite: ["empty text"],
      password: ["control characters", "line ends", "direction marks", "zero width", "SQL", "HTML"],
    },
  },
  { method: "POST", path: "/auth/login", body: { username: "ann", password: "wrong" } },
  {
    method: "PUT",
    path: "/auth/password",
    body: { old_password: "wrong", new_password: "a password" },
  },
  {
    method: "PATCH",
    path: "/user/me",
    body: { username: "ann", email: "ann@example.com", phone: "1", avatar: "", password: "wrong" },
    fine: { phone: FREE_TEXT, avatar: ["empty text"], password: Object.keys(VALUES) },
  },
  {
    method: "POST",
    path: "/messages",
    body: { to_user_id: 2, conversation_id: "1-2", content: "hi", id: "one" },
    fine: {
      to_user_id: ["a number", "zero", "minus zero"],
      conversation_id: ["empty text"],
      content: Object.keys(VALUES),
      id: Object.keys(VALUES),
    },
  },
  { method: "POST", path: "/invites", body: { uses: 1, expires_in: 600 }, fine: { uses: ["a number"] } },
  { method: "PATCH", path: "/admin/users/2", body: { status: "active", role: "member" } },
];

for (const { method, path, body, fine = {} } of TARGETS) {
  Deno.test(`${method} ${path} answers every bad field with a 4xx that names it`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    await http.register("bob");
    for (const field of Object.keys(body)) {
      for (const [what, value] of Object.entries(VALUES)) {
        const rest = Object.entries(body).filter(([name]) => name !== field);
        const members = [
          ...rest.map(([name, one]) => `"${name}":${JSON.stringify(one)}`),
          `"${field}":${value}`,
        ];
        const answer = await http.call(method, path, { token, raw: `{${members.join(",")}}` });
        const at = `${field}: ${what} -> ${answer.status} ${answer.error}`;
        const mayPass = fine[field]?.includes(what) ?? false;
        assert.ok(answer.status < 500 && (mayPass || answer.status >= 400), at);
        if (answer.error === "invalid_fields" && !mayPass) assert.ok(field in (answer.fields ?? {}), at);
      }
    }
    assert.equal(Object(Object.prototype).status, undefined);
  });

  Deno.test(`${method} ${path} names all missing fields, and refuses bodies that are no JSON object`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    await http.register("bob");
    const required = method === "POST" && path !== "/invites" || method === "PUT";
    for (const raw of ["", "{}"]) {
      const answer = await http.call(method, path, { token, raw });
      assert.equal(answer.status, required ? 400 : 200, `${raw}: ${answer.error}`);
    }
    const bodies: readonly (string | Uint8Array<ArrayBuffer>)[] = [
      "{",
      "null",
      "[]",
      '"text"',
      "7",
      "{'a':1}",
      "{a:1}",
      '{"a":1}}',
      "a=1&b=2",
      "\ufeff\ufeff{}",
      "[".repeat(100_000),
      new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
      new Uint8Array([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
      new Uint8Array([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
    ];
    for (const raw of bodies) {
      const answer = await http.call(method, path, { token, raw });
      assert.deepEqual([answer.status, answer.error], [400, "bad_request"], String(raw).slice(0, 20));
    }
  });

  Deno.test(`${method} ${path} ignores unknown keys and takes the last of repeated ones`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    await http.register("bob");
    const good = JSON.stringify(body).slice(1);
    const plain = await http.call(method, path, { token, raw: `{${good}` });
    const decorated = await http.call(method, path, {
      token,
      raw: `{"__proto__":{"x":1},"constructor":{"prototype":1},"unknown":[1],"toString":1,${
        Object.keys(body).map((name) => `"${name}":[],`).join("")
      }${path === "/auth/register" ? good.replace("newcomer", "another").replace("new@", "other@") : good}`,
    });
    assert.deepEqual([decorated.status, decorated.error], [plain.status, plain.error]);
  });

  Deno.test(`${method} ${path} answers 413 to more than 128 KiB, told or not`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    const tooMuch = `{"unknown":"${"x".repeat(128 * 1024)}"}`;
    const told = await http.call(method, path, {
      token,
      raw: tooMuch,
      headers: { "content-length": `${tooMuch.length}` },
    });
    assert.deepEqual([told.status, told.error], [413, "too_large"]);
    const untold = await http.call(method, path, { token, raw: streamOf(tooMuch) });
    assert.deepEqual([untold.status, untold.error], [413, "too_large"]);
  });
}

Deno.test("A body of exactly 128 KiB is read", async () => {
  await using http = await AppHarness.open();
  const start = '{"username":"ann","password":"wrong","unknown":"';
  const raw = `${start}${"x".repeat(128 * 1024 - start.length - 2)}"}`;
  assert.equal(raw.length, 128 * 1024);
  assert.equal((await http.call("POST", "/auth/login", { raw })).status, 401);
});

Deno.test("An endless body is forgotten as it comes, and left after 16 MiB", async () => {
  await using http = await AppHarness.open();
  let pulled = 0;
  const canceled = Promise.withResolvers<void>();
  const raw = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller): void {
      pulled += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => canceled.resolve(),
  });
  assert.equal((await http.call("POST", "/auth/login", { raw })).status, 413);
  await canceled.promise;
  assert.ok(pulled <= 17 * 1024 * 1024, `${pulled} bytes were read`);
});

Deno.test("A body whose sender breaks off is a 400", async () => {
  await using http = await AppHarness.open();
  const raw = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.error(new Error("gone")),
  });
  assert.equal((await http.call("POST", "/auth/login", { raw })).status, 400);
});

Deno.test("Over a real connection 10 MB are answered, with and without Content-Length, and the server lives on", async () => {
  await using http = await AppHarness.open();
  const base = await http.listen();
  const bytes = new Uint8Array(10_000_000).fill(0x78);
  const cases = [["/api/v1/auth/login", 413], ["/api/v1/auth/logout", 401], ["/api/v1/none", 404]] as const;
  for (const [path, status] of cases) {
    for (const body of [bytes, streamOf(bytes)]) {
      const response = await fetch(new URL(path, base), { method: "POST", body });
      assert.equal((await readAnswer(response)).status, status);
    }
  }
  assert.equal((await readAnswer(await fetch(new URL("/healthz", base)))).status, 200);
});

Deno.test("A body that does not end is given up after 30 s", async () => {
  const clock = new FakeClock();
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (it) => it.enqueue(new Uint8Array([0x7b])),
  });
  const request = new Request("http://localhost/", { method: "POST", body: endless });
  const refused = assert.rejects(readJsonObject(request, clock), { code: "bad_request" });
  await clock.advance(30_000);
  await refused;
});

const PATHS = [
  "/conversations/%00/messages?user_id=1",
  "/conversations/%ff/messages?user_id=1",
  "/conversations/%/messages?user_id=1",
  "/conversations/__proto__/messages?user_id=1",
  "/user/profile?id[]=1",
  "/user/profile?__proto__=1",
  "/user/profile?id=%ff",
  "/user/profile?id=1%00",
  "/users?q=%ff%fe&limit=__proto__",
  `/users?${"q=".repeat(2_000)}`,
  "/auth/sessions/%00",
  "/admin/users/constructor",
  "/%",
  "/%c0%ae%c0%ae/",
  "//",
  `/${"a".repeat(60_000)}`,
];

for (const path of PATHS) {
  Deno.test(`GET ${path.slice(0, 50)} answers the envelope with a 4xx`, async () => {
    await using http = await AppHarness.open();
    const answer = await http.call("GET", path);
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
  });
}

Deno.test("The first of repeated parameters counts", async () => {
  await using http = await AppHarness.open();
  await http.register("ann");
  await http.register("bob");
  assert.equal(Object((await http.call("GET", "/user/profile?id=2&id=1")).data).id, 2);
});

function streamOf(content: string | Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let at = 0;
  return new ReadableStream({
    pull(controller): void {
      controller.enqueue(bytes.slice(at, at += 16_384));
      if (at >= bytes.length) controller.close();
    },
  });
}
