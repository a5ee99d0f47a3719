import assert from "node:assert/strict";
import bcrypt from "bcryptjs";
import { ChatError } from "../../realtime/errors.ts";
import { type Answer, AppHarness, CheapHasher, passwordOf } from "./app_harness.ts";

function login(
  http: AppHarness,
  username: string,
  password: string,
  headers: HeadersInit = {},
): Promise<Answer> {
  return http.call("POST", "/auth/login", { body: { username, password }, headers });
}

Deno.test("POST /auth/login answers the account with token, expires_at and session_id", async () => {
  await using http = await AppHarness.open();
  await http.register("ann");
  const { status, data } = await login(http, "ann", passwordOf("ann"));
  assert.equal(status, 200);
  const { token, expires_at, session_id, ...user } = Object(data);
  assert.deepEqual(user, {
    id: 1,
    username: "ann",
    email: "ann@example.com",
    phone: "",
    avatar: "",
    status: "active",
    role: "owner",
  });
  const days = (Date.parse(expires_at) - http.clock.now()) / 86_400_000;
  assert.ok(days > 89.9 && days <= 90, `${days} days`);
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(token.includes(session_id), false, "the token's secret is not the id in the store");
});

Deno.test("POST /auth/login takes the e-mail address, and either without regard to case", async () => {
  await using http = await AppHarness.open();
  await http.register("ann");
  for (const name of ["ann", "ANN", "ann@example.com", "Ann@Example.COM"]) {
    assert.equal((await login(http, name, passwordOf("ann"))).status, 200, name);
  }
});

Deno.test("POST /auth/login sets the plain cookie over http and the __Host- one over https", async () => {
  await using plain = await AppHarness.open();
  await plain.register("ann");
  const cookie = (await login(plain, "ann", passwordOf("ann"))).headers.get("set-cookie") ?? "";
  assert.match(cookie, /^session=[\w.-]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/);
  await using secure = await AppHarness.open({ publicUrl: new URL("https://chat.example.com") });
  await secure.register("ann");
  const host = (await login(secure, "ann", passwordOf("ann"))).headers.get("set-cookie") ?? "";
  assert.match(host, /^__Host-session=[\w.-]+; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

for (
  const [what, options, headers, secure] of [
    ["own TLS", { tls: true }, {}, true],
    ["https told by a trusted proxy", { trustProxy: ["127.0.0.1"] }, { "x-forwarded-proto": "https" }, true],
    ["https told by nobody in particular", {}, { "x-forwarded-proto": "https" }, false],
  ] as const
) {
  Deno.test(`The session cookie is ${secure ? "" : "not "}Secure with ${what}`, async () => {
    await using http = await AppHarness.open(options);
    await http.register("ann");
    const cookie = (await login(http, "ann", passwordOf("ann"), headers)).headers.get("set-cookie") ?? "";
    assert.equal(cookie.includes("Secure"), secure);
    assert.equal(cookie.startsWith("__Host-session="), secure);
  });
}

Deno.test("POST /auth/login gives one answer, and one hash of the configured cost, to a wrong password and to an unknown user", async () => {
  const hasher = new CheapHasher();
  await using http = await AppHarness.open({ hasher });
  await http.register("ann");
  hasher.jobs.length = 0;
  const wrong = await login(http, "ann", "not the password");
  const unknown = await login(http, "nobody", "not the password");
  const email = await login(http, "nobody@example.com", "not the password");
  for (const answer of [wrong, unknown, email]) {
    assert.deepEqual([answer.status, answer.error, answer.message], [401, "login_failed", wrong.message]);
    assert.equal(answer.headers.get("set-cookie"), null);
  }
  assert.deepEqual(hasher.jobs, ["verify 04", "verify 04", "verify 04"]);
});

Deno.test("POST /auth/login tells that an account is disabled only after the right password", async () => {
  await using http = await AppHarness.open();
  const owner = await http.join("boss");
  const id = await http.register("ann");
  await http.call("PATCH", `/admin/users/${id}`, { token: owner.token, body: { status: "disabled" } });
  assert.equal((await login(http, "ann", "wrong")).error, "login_failed");
  const right = await login(http, "ann", passwordOf("ann"));
  assert.deepEqual([right.status, right.error], [403, "account_disabled"]);
});

Deno.test("POST /auth/login applies no rule to the password: accounts taken over keep what they have", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  await http.store.users.create({
    username: "taken.over",
    email: "t@example.com",
    phone: "",
    passwordDigest: bcrypt.hashSync("123456", 4).replace("$2b$", "$2a$"),
    createdAt: 0,
  });
  assert.equal((await login(http, "taken.over", "123456")).status, 200);
});

Deno.test("POST /auth/login renews a digest of another cost, once", async () => {
  const hasher = new CheapHasher();
  await using http = await AppHarness.open({ hasher });
  const passwordDigest = bcrypt.hashSync("secret12", 5);
  const { id } = await http.store.users.create({
    username: "old",
    email: "o@example.com",
    phone: "",
    passwordDigest,
    createdAt: 0,
  });
  assert.equal((await login(http, "old", "secret12")).status, 200);
  const renewed = await http.store.users.find({ id });
  assert.match(renewed?.passwordDigest ?? "", /^\$2b\$04\$/);
  assert.equal((await login(http, "old", "secret12")).status, 200);
  assert.deepEqual(hasher.jobs, ["verify 05", "hash", "verify 04"]);
});

Deno.test("POST /auth/login lets everybody in who signs in while the digest is renewed", async () => {
  await using http = await AppHarness.open({ hasher: new CheapHasher() });
  const passwordDigest = bcrypt.hashSync("secret12", 5);
  await http.store.users.create({
    username: "old",
    email: "o@example.com",
    phone: "",
    passwordDigest,
    createdAt: 0,
  });
  const answers = await Promise.all([1, 2, 3].map(() => login(http, "old", "secret12")));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
});

Deno.test("POST /auth/login lets nobody in whose digest is none", async () => {
  const hasher = new CheapHasher();
  await using http = await AppHarness.open({ hasher });
  for (const [index, passwordDigest] of ["", "secret12", "$2b$31$" + "a".repeat(53)].entries()) {
    await http.store.users.create({
      username: `user${index}`,
      email: `${index}@e.com`,
      phone: "",
      passwordDigest,
      createdAt: 0,
    });
    assert.equal((await login(http, `user${index}`, "secret12")).status, 401);
  }
  assert.deepEqual(hasher.jobs, ["verify 04", "verify 04", "verify 04"], "and takes the usual time");
});

Deno.test("POST /auth/login refuses a password whose first 72 bytes are right", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const password = "q7".repeat(36);
  await http.register("ann", { password });
  assert.equal((await login(http, "ann", password)).status, 200);
  assert.equal((await login(http, "ann", `${password}x`)).status, 401);
});

Deno.test("POST /auth/login answers 503 when the hash queue is full, and does not count the try", async () => {
  let isFull = false;
  class FullHasher extends CheapHasher {
    override verify(password: string, digest: string): Promise<boolean> {
      return isFull
        ? Promise.reject(new ChatError("overloaded", { retryAfterMs: 1_000 }))
        : super.verify(password, digest);
    }
  }
  await using http = await AppHarness.open({ hasher: new FullHasher(), limitLogin: 2 });
  await http.register("ann");
  isFull = true;
  for (let count = 0; count < 5; count++) {
    const answer = await login(http, "ann", "wrong");
    assert.deepEqual([answer.status, answer.error, answer.headers.get("retry-after")], [
      503,
      "overloaded",
      "1",
    ]);
  }
  isFull = false;
  assert.equal((await login(http, "ann", passwordOf("ann"))).status, 200);
});

Deno.test("POST /auth/login answers 429 with Retry-After after CHAT_LIMIT_LOGIN failures, even to the right password", async () => {
  await using http = await AppHarness.open({ limitLogin: 3 });
  await http.register("ann");
  for (let count = 0; count < 3; count++) assert.equal((await login(http, "ann", "wrong")).status, 401);
  const refused = await login(http, "ann", passwordOf("ann"));
  assert.deepEqual([refused.status, refused.error], [429, "rate_limited"]);
  assert.ok(Number(refused.headers.get("retry-after")) > 800);
  assert.equal(
    (await login(http, "ann@example.com", "wrong")).status,
    429,
    "the address names the same account",
  );
  const elsewhere = await http.call("POST", "/auth/login", {
    body: { username: "ann", password: passwordOf("ann") },
    peer: "192.0.2.77",
  });
  assert.equal(elsewhere.status, 200, "others lock nobody out");
  http.clock.shift(15 * 60_000);
  assert.equal((await login(http, "ann", passwordOf("ann"))).status, 200);
});

Deno.test("POST /auth/login counts failures of names that do not exist as well", async () => {
  await using http = await AppHarness.open({ limitLogin: 3 });
  for (let count = 0; count < 3; count++) assert.equal((await login(http, "nobody", "wrong")).status, 401);
  assert.equal((await login(http, "NOBODY", "wrong")).status, 429);
});

Deno.test("POST /auth/login counts by the address that a trusted proxy tells", async () => {
  await using http = await AppHarness.open({ limitLogin: 1, trustProxy: ["127.0.0.1"] });
  await http.register("ann");
  const from = (address: string): Promise<Answer> =>
    login(http, "ann", "wrong", { "x-forwarded-for": `1.1.1.1, ${address}` });
  assert.equal((await from("203.0.113.1")).status, 401);
  assert.equal((await from("203.0.113.1")).status, 429);
  assert.equal((await from("203.0.113.2")).status, 401);
});

Deno.test("POST /auth/login keeps a session's device and address", async () => {
  await using http = await AppHarness.open();
  await http.register("ann");
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const person = await http.signIn("ann", { peer: "192.0.2.5", headers: { "user-agent": agent } });
  const { data } = await http.call("GET", "/auth/sessions", { token: person.token });
  const [session] = Object(data).sessions;
  assert.equal(session.device, "Firefox on Linux");
  assert.equal(session.address, "192.0.2.5");
});

Deno.test("A login that overtakes the disabling of its account leaves no session", async () => {
  let disable: (() => Promise<unknown>) | null = null;
  class SlowHasher extends CheapHasher {
    override async verify(password: string, digest: string): Promise<boolean> {
      const matches = await super.verify(password, digest);
      await disable?.();
      return matches;
    }
  }
  await using http = await AppHarness.open({ hasher: new SlowHasher() });
  await http.register("boss");
  const id = await http.register("ann");
  disable = () => http.accounts.people.change(id, { status: "disabled" });
  assert.equal((await login(http, "ann", passwordOf("ann"))).error, "account_disabled");
  assert.deepEqual(await http.store.sessions.list(id, http.clock.now()), []);
});

Deno.test("The hundred and first session of an account ends the one longest unused", async () => {
  await using http = await AppHarness.open();
  const first = await http.join("ann");
  for (let count = 0; count < 99; count++) {
    http.clock.shift(1_000);
    await http.signIn("ann");
  }
  assert.notEqual(await http.store.sessions.find(first.session_id, http.clock.now()), null);
  http.clock.shift(1_000);
  const last = await http.signIn("ann");
  assert.equal((await http.call("GET", "/auth/sessions", { token: first.token })).status, 401);
  const { data } = await http.call("GET", "/auth/sessions", { token: last.token });
  assert.equal(Object(data).sessions.length, 100);
});
