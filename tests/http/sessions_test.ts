import assert from "node:assert/strict";
import { z } from "zod";
import { type Answer, AppHarness, passwordOf } from "./app_harness.ts";

const DAY = 86_400_000;
const Sessions = z.object({
  sessions: z.array(z.strictObject({
    session_id: z.string(),
    device: z.string(),
    address: z.string(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    current: z.boolean(),
  })),
});

async function sessionsOf(http: AppHarness, token: string): Promise<z.infer<typeof Sessions>["sessions"]> {
  const answer = await http.call("GET", "/auth/sessions", { token });
  assert.equal(answer.status, 200);
  return Sessions.parse(answer.data).sessions;
}

function isAlive(http: AppHarness, token: string): Promise<boolean> {
  return http.call("GET", "/user/me", { token }).then((answer) => answer.status === 200);
}

Deno.test("GET /auth/sessions lists my sessions and says which one asks", async () => {
  await using http = await AppHarness.open();
  const first = await http.join("ann");
  const second = await http.signIn("ann");
  await http.join("bob");
  const sessions = await sessionsOf(http, first.token);
  assert.deepEqual(
    sessions.map((one) => [one.session_id, one.current]).sort(),
    [[first.session_id, true], [second.session_id, false]].sort(),
  );
});

Deno.test("POST /auth/logout ends the token at once and takes the cookie back", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const other = await http.signIn("ann");
  const answer = await http.call("POST", "/auth/logout", { token: ann.token });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("set-cookie") ?? "", /^session=; Max-Age=0; Path=\//);
  assert.equal(await isAlive(http, ann.token), false);
  assert.equal(await isAlive(http, other.token), true);
  assert.equal((await http.call("POST", "/auth/logout", { token: ann.token })).status, 401);
});

Deno.test("DELETE /auth/sessions/:id ends one of mine and is 404 for others' and unknown ones", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const phone = await http.signIn("ann");
  const bob = await http.join("bob");
  const end = (id: string): Promise<Answer> =>
    http.call("DELETE", `/auth/sessions/${id}`, { token: ann.token });
  assert.equal((await end(phone.session_id)).status, 200);
  assert.equal(await isAlive(http, phone.token), false);
  assert.deepEqual([(await end(phone.session_id)).status, (await end(phone.session_id)).error], [
    404,
    "not_found",
  ]);
  assert.equal((await end(bob.session_id)).status, 404);
  assert.equal((await end("unknown")).status, 404);
  assert.equal(await isAlive(http, bob.token), true);
});

Deno.test("DELETE /auth/sessions ends all of mine but this one", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const others = [await http.signIn("ann"), await http.signIn("ann")];
  const bob = await http.join("bob");
  assert.equal((await http.call("DELETE", "/auth/sessions", { token: ann.token })).status, 200);
  assert.equal(await isAlive(http, ann.token), true);
  for (const other of others) assert.equal(await isAlive(http, other.token), false);
  assert.equal(await isAlive(http, bob.token), true);
});

Deno.test("PUT /auth/password changes it and ends all other sessions", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const other = await http.signIn("ann");
  const answer = await http.call("PUT", "/auth/password", {
    token: ann.token,
    body: { old_password: passwordOf("ann"), new_password: "quite another" },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual([await isAlive(http, ann.token), await isAlive(http, other.token)], [true, false]);
  const login = (password: string): Promise<Answer> =>
    http.call("POST", "/auth/login", { body: { username: "ann", password } });
  assert.equal((await login(passwordOf("ann"))).status, 401);
  assert.equal((await login("quite another")).status, 200);
});

Deno.test("PUT /auth/password lets one of two through who know the old password at once", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const words = ["quite another", "yet another one"];
  const answers = await Promise.all(
    words.map((new_password) =>
      http.call("PUT", "/auth/password", {
        token: ann.token,
        body: { old_password: passwordOf("ann"), new_password },
      })
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  const kept = words[answers.findIndex(({ status }) => status === 200)];
  const login = await http.call("POST", "/auth/login", { body: { username: "ann", password: kept } });
  assert.equal(login.status, 200);
});

Deno.test("PUT /auth/password answers 400 at the field for a wrong old and for a new one against the rules", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const ann = await http.join("annabella");
  const change = (old_password: string, new_password: string): Promise<Answer> =>
    http.call("PUT", "/auth/password", { token: ann.token, body: { old_password, new_password } });
  const wrong = await change("not it", "quite another");
  assert.deepEqual([wrong.status, wrong.error, Object.keys(wrong.fields ?? {})], [400, "wrong_password", [
    "old_password",
  ]]);
  for (
    const password of [
      "short",
      "password1",
      "annabella",
      "annabella@example.com",
      "q7".repeat(37),
      "nul\0nul\0nul",
    ]
  ) {
    const against = await change(passwordOf("annabella"), password);
    assert.deepEqual([against.status, against.error], [400, "invalid_fields"], password);
    assert.deepEqual(Object.keys(against.fields ?? {}), ["new_password"]);
  }
});

Deno.test("PUT /auth/password needs a session also in debug, and counts failures as a login does", async () => {
  await using http = await AppHarness.open({ limitLogin: 2 });
  const ann = await http.join("ann");
  const change = (query: string, token?: string): Promise<Answer> =>
    http.call("PUT", `/auth/password${query}`, {
      token,
      body: { old_password: "wrong", new_password: "quite another" },
    });
  assert.equal((await change("?user_id=1")).status, 401);
  for (let count = 0; count < 2; count++) assert.equal((await change("", ann.token)).error, "wrong_password");
  assert.equal((await change("", ann.token)).status, 429);
});

Deno.test("A session ends 90 days after sign-in, however much it is used", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  for (let day = 0; day < 89; day += 20) {
    assert.equal(await isAlive(http, ann.token), true, `day ${day}`);
    http.clock.shift(20 * DAY);
  }
  assert.equal(await isAlive(http, ann.token), false);
});

Deno.test("A session ends after 30 days without use, and use puts that off", async () => {
  await using http = await AppHarness.open();
  const used = await http.join("ann");
  const unused = await http.signIn("ann");
  http.clock.shift(29 * DAY);
  assert.equal(await isAlive(http, used.token), true);
  http.clock.shift(2 * DAY);
  assert.deepEqual([await isAlive(http, used.token), await isAlive(http, unused.token)], [true, false]);
});

Deno.test("The use of a session is noted at most once a minute", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const [first] = await sessionsOf(http, ann.token);
  http.clock.shift(59_000);
  const [soon] = await sessionsOf(http, ann.token);
  assert.equal(soon?.last_used_at, first?.last_used_at);
  http.clock.shift(2_000);
  await sessionsOf(http, ann.token);
  const [later] = await sessionsOf(http, ann.token);
  assert.notEqual(later?.last_used_at, first?.last_used_at);
});

const SESSION_CALLS = [
  ["POST", "/auth/logout"],
  ["GET", "/auth/sessions"],
  ["DELETE", "/auth/sessions"],
  ["DELETE", "/auth/sessions/x"],
  ["PUT", "/auth/password"],
] as const;

for (const [method, path] of SESSION_CALLS) {
  Deno.test(`${method} ${path} answers 401 without a good token`, async () => {
    await using http = await AppHarness.open();
    await http.register("ann");
    for (
      const headers of [{}, { authorization: "Bearer x" }, { authorization: "Basic YTpi" }, {
        cookie: "session=x",
      }]
    ) {
      const answer = await http.call(method, path, {
        headers: { ...headers, origin: "http://localhost:8080" },
        body: method === "GET" ? undefined : {},
      });
      assert.deepEqual([answer.status, answer.error], [401, "unauthenticated"]);
    }
  });
}

Deno.test("A token stays dead that was made for an account which was disabled since", async () => {
  await using http = await AppHarness.open();
  const boss = await http.join("boss");
  const ann = await http.join("ann");
  const patch = (status: string): Promise<Answer> =>
    http.call("PATCH", `/admin/users/${ann.id}`, { token: boss.token, body: { status } });
  await patch("disabled");
  assert.equal(await isAlive(http, ann.token), false);
  await patch("active");
  assert.equal(await isAlive(http, ann.token), false, "its session ended for good");
  assert.equal(
    (await http.call("POST", "/auth/login", { body: { username: "ann", password: passwordOf("ann") } }))
      .status,
    200,
  );
});
