/** Every parameter of every call that reads, spoilt: a 4xx that names it, or what the parameter's own rule says. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { endsSession, someRequest } from "../fuzz/requests.ts";
import { AppHarness } from "./app_harness.ts";

/** Texts as they stand in a URL. */
const BAD = {
  nothing: "",
  "a space": "%20",
  "a word": "abc",
  "minus one": "-1",
  "plus one": "%2B1",
  "a fraction": "1.5",
  "an exponent": "1e3",
  hexadecimal: "0x10",
  "a digit of another script": "%D9%A1",
  "a line end behind": "1%0A",
  "2^32": "4294967296",
  "2^53": "9007199254740992",
  "1 000 digits": "1".repeat(1_000),
  Infinity: "Infinity",
  NaN: "NaN",
  null: "null",
  JSON: "%7B%22%24gt%22%3A0%7D",
  "the word __proto__": "__proto__",
  "the word constructor": "constructor",
  "U+0000": "a%00b",
  "bytes that are no UTF-8": "%ff%fe",
  "an overlong encoding": "%c0%af",
  "a surrogate": "%ed%a0%80",
  "a broken escape": "%zz",
  "a path upwards": "..%2f..%2fetc%2fpasswd",
  SQL: "1'%20OR%20'1'%3D'1",
  wildcards: "%25_%25",
  "10 000 characters": "a".repeat(10_000),
};

interface Parameter {
  readonly method?: "GET" | "DELETE" | "PATCH";
  /** Where the value goes: `{}`. */
  readonly path: string;
  /** The values that are no fault. */
  readonly fine?: readonly string[];
}

/** A search takes any text that can be stored and is not too long, and finds nobody. */
const AS_TEXT = Object.keys(BAD).filter((what) =>
  !["U+0000", "1 000 digits", "10 000 characters"].includes(what)
);

const PARAMETERS: readonly Parameter[] = [
  { path: "/user/profile?id={}" },
  { path: "/users?q={}", fine: AS_TEXT },
  { path: "/users?limit={}" },
  { path: "/admin/users?q={}", fine: AS_TEXT },
  { path: "/admin/users?after={}" },
  { path: "/admin/users?limit={}" },
  { path: "/conversations?before={}" },
  { path: "/conversations?limit={}" },
  { path: "/conversations/1-2/messages?before_seq={}", fine: ["2^32"] },
  { path: "/conversations/1-2/messages?after_seq={}", fine: ["2^32"] },
  { path: "/conversations/1-2/messages?limit={}" },
  { path: "/conversations/{}/messages" },
  { method: "DELETE", path: "/auth/sessions/{}" },
  { method: "DELETE", path: "/invites/{}" },
  { method: "PATCH", path: "/admin/users/{}" },
];

for (const { method = "GET", path, fine = [] } of PARAMETERS) {
  Deno.test(`${method} ${path} answers what does not belong there with a 4xx`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    await http.register("bob");
    for (const [what, value] of Object.entries(BAD)) {
      const answer = await http.call(method, path.replace("{}", value), { token });
      const isRefused = answer.status >= 400 && answer.status < 500;
      assert.ok(fine.includes(what) ? answer.status === 200 : isRefused, `${what}: ${answer.status}`);
    }
  });
}

/** Asks for what no document describes, so the harness must not hold it against one. */
async function statusOf(
  http: AppHarness,
  ask: {
    readonly method: string;
    readonly path: string;
    readonly token: string;
    readonly raw?: string | null;
  },
): Promise<number> {
  const { method, token, raw = null } = ask;
  const request = new Request(new URL(`http://localhost:8080/api/v1${ask.path}`), {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: raw,
  });
  const remoteAddr = { transport: "tcp" as const, hostname: "127.0.0.1", port: 50_000 };
  const answer = await http.app.fetch(request, { remoteAddr });
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("A parameter that is there twice, as an array or as an object is none that hurts", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("ann");
  for (
    const query of ["limit=1&limit=x", "limit[]=1", "limit[$gt]=1", "limit=1&__proto__[x]=1", "&&&=&=1&limit"]
  ) {
    const status = await statusOf(http, { method: "GET", path: `/conversations?${query}`, token });
    assert.ok([200, 400].includes(status), `${query}: ${status}`);
  }
});

const BODIES: readonly (readonly [string, string])[] = [
  ["128 KiB of white space", " ".repeat(128 * 1_024)],
  ["a number of 1 000 digits", `{"to_user_id":${"1".repeat(1_000)},"content":"a"}`],
  ["a number below all", `{"to_user_id":-${"9".repeat(1_000)},"content":"a"}`],
  ["two recipients, the second none", '{"to_user_id":2,"content":"a","to_user_id":null}'],
  ["a recipient in __proto__", '{"__proto__":{"to_user_id":2},"content":"a"}'],
  ["content in constructor", '{"to_user_id":2,"constructor":{"content":"a"}}'],
];

for (const [what, raw] of BODIES) {
  Deno.test(`POST /messages with ${what} is a 400, and nothing is stored`, async () => {
    await using http = await AppHarness.open();
    const { token } = await http.join("ann");
    await http.register("bob");
    assert.equal((await http.call("POST", "/messages", { token, raw })).status, 400);
    assert.deepEqual(Object((await http.call("GET", "/conversations", { token })).data).conversations, []);
  });
}

Deno.test("No request out of chance is answered with a 5xx", async () => {
  await using http = await AppHarness.open();
  const people = [await http.join("ann"), await http.join("bob")];
  await fc.assert(
    fc.asyncProperty(
      someRequest,
      fc.constantFrom(...people),
      async (request, { token }) => {
        fc.pre(!endsSession(request));
        const { method, path, query, body } = request;
        const raw = method === "GET" ? null : body;
        const asked = { method, path: `${path}?${new URLSearchParams(query)}`, token, raw };
        assert.ok(await statusOf(http, asked) < 500);
      },
    ),
    { numRuns: 500 },
  );
});
