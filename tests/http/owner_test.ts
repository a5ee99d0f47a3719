import assert from "node:assert/strict";
import { z } from "zod";
import { type Answer, AppHarness, passwordOf } from "./app_harness.ts";

const Invites = z.object({
  invites: z.array(z.strictObject({
    id: z.string(),
    link: z.string(),
    uses_left: z.number(),
    expires_at: z.iso.datetime(),
  })),
});

async function invite(
  http: AppHarness,
  token: string,
  body: object = {},
): Promise<z.infer<typeof Invites>["invites"][number]> {
  const answer = await http.call("POST", "/invites", { token, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.fields));
  const [one] = Invites.parse(answer.data).invites;
  assert.ok(one !== undefined);
  return one;
}

function redeem(http: AppHarness, username: string, link: string): Promise<Answer> {
  return http.call("POST", "/auth/register", {
    body: {
      username,
      email: `${username}@example.com`,
      password: passwordOf(username),
      invite: new URL(link).hash.replace("#invite=", ""),
    },
  });
}

async function invited(): Promise<{ http: AppHarness; token: string } & AsyncDisposable> {
  const http = await AppHarness.open({ mode: "release", registration: "invite" });
  const link = (await http.accounts.firstOwnerInvite(new URL("http://localhost:8080")))?.link ?? "";
  assert.equal((await redeem(http, "boss", link)).status, 200);
  const { token } = await http.signIn("boss");
  return { http, token, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

Deno.test("POST /invites makes a link that lets as many people register as it says", async () => {
  await using it = await invited();
  const { http, token } = it;
  const { link, uses_left } = await invite(http, token, { uses: 2 });
  assert.match(link, /^http:\/\/localhost:8080\/#invite=[\w-]+\.[\w-]+$/);
  assert.equal(uses_left, 2);
  const first = await redeem(http, "ann", link);
  assert.deepEqual([first.status, Object(first.data).role], [200, "member"]);
  assert.equal(Invites.parse((await http.call("GET", "/invites", { token })).data).invites[0]?.uses_left, 1);
  assert.equal((await redeem(http, "bob", link)).status, 200);
  const third = await redeem(http, "carl", link);
  assert.deepEqual([third.status, third.error], [403, "invite_invalid"]);
});

Deno.test("An invite that a taken name refused is still good", async () => {
  await using it = await invited();
  const { http, token } = it;
  const { link } = await invite(http, token);
  assert.equal((await redeem(http, "boss", link)).error, "username_taken");
  assert.equal((await redeem(http, "ann", link)).status, 200);
});

Deno.test("One invite for one person lets one of many at once in", async () => {
  await using it = await invited();
  const { http, token } = it;
  const { link } = await invite(http, token);
  const answers = await Promise.all(["ann", "bob", "carl", "dora"].map((name) => redeem(http, name, link)));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 403, 403, 403]);
});

Deno.test("DELETE /invites/:id ends an invite, and so does its time; GET /invites then lists it no more", async () => {
  await using it = await invited();
  const { http, token } = it;
  const short = await invite(http, token, { expires_in: 60 });
  const deleted = await invite(http, token);
  const end = (id: string): Promise<Answer> => http.call("DELETE", `/invites/${id}`, { token });
  assert.equal((await end(deleted.id)).status, 200);
  assert.deepEqual([(await end(deleted.id)).status, (await end("unknown")).error], [404, "not_found"]);
  http.clock.shift(61_000);
  for (const { link } of [short, deleted]) {
    assert.equal((await redeem(http, "ann", link)).error, "invite_invalid");
  }
  assert.deepEqual(Invites.parse((await http.call("GET", "/invites", { token })).data).invites, []);
});

Deno.test("An invite's code cannot be made from its id", async () => {
  await using it = await invited();
  const { http, token } = it;
  const { id, link } = await invite(http, token);
  const mac = link.split(".").at(-1) ?? "";
  const forged = [
    id,
    `${id}.`,
    `${id}.AAAAAAAAAAAAAAAAAAAAAA`,
    `other.${mac}`,
    `${id}.${mac}x`.replace(mac, mac.slice(1)),
    `.${mac}`,
  ];
  for (const code of forged) {
    assert.equal((await redeem(http, "ann", `http://x/#invite=${code}`)).error, "invite_invalid", code);
  }
});

Deno.test("Invite links begin with CHAT_PUBLIC_URL where it is set", async () => {
  await using http = await AppHarness.open({ publicUrl: new URL("https://chat.example.com/") });
  const { token } = await http.join("boss");
  assert.match((await invite(http, token)).link, /^https:\/\/chat\.example\.com\/#invite=/);
});

Deno.test("GET /admin/users pages through all accounts, whole", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("boss");
  for (const name of ["ann", "bob", "carl"]) await http.register(name);
  const first = Object((await http.call("GET", "/admin/users?limit=3", { token })).data);
  assert.deepEqual(first.users.map((user: { email: string }) => user.email), [
    "boss@example.com",
    "ann@example.com",
    "bob@example.com",
  ]);
  assert.equal(first.has_more, true);
  const rest = Object((await http.call("GET", "/admin/users?limit=3&after=3", { token })).data);
  assert.deepEqual([rest.users.length, rest.users[0].username, rest.has_more], [1, "carl", false]);
});

Deno.test("PATCH /admin/users/:id disables and enables, promotes and demotes", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("boss");
  const ann = await http.join("ann");
  const patch = (body: object): Promise<Answer> =>
    http.call("PATCH", `/admin/users/${ann.id}`, { token, body });
  assert.equal(Object((await patch({ status: "disabled" })).data).status, "disabled");
  assert.equal((await http.call("GET", "/user/me", { token: ann.token })).status, 401);
  assert.equal(Object((await patch({ status: "active", role: "owner" })).data).role, "owner");
  const back = await http.signIn("ann");
  assert.equal((await http.call("GET", "/admin/users", { token: back.token })).status, 200);
  assert.equal(Object((await patch({ role: "member" })).data).role, "member");
  assert.equal((await http.call("GET", "/admin/users", { token: back.token })).status, 403);
});

Deno.test("PATCH /admin/users/:id refuses to leave the server without an active owner", async () => {
  await using http = await AppHarness.open();
  const boss = await http.join("boss");
  const ann = await http.join("ann");
  const patch = (id: number, body: object): Promise<Answer> =>
    http.call("PATCH", `/admin/users/${id}`, { token: boss.token, body });
  for (const body of [{ status: "disabled" }, { role: "member" }, { status: "disabled", role: "member" }]) {
    const answer = await patch(boss.id, body);
    assert.deepEqual([answer.status, answer.error], [403, "last_owner"]);
  }
  await patch(ann.id, { role: "owner", status: "disabled" });
  assert.equal((await patch(boss.id, { role: "member" })).error, "last_owner", "a disabled owner is none");
  await patch(ann.id, { status: "active" });
  const both = await Promise.all([patch(boss.id, { role: "member" }), patch(ann.id, { role: "member" })]);
  assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 403], "nor do two at once");
});

Deno.test("PATCH /admin/users/:id answers 404 to nobody's id and 400 to no id or word", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("boss");
  const patch = (id: string, body: object): Promise<Answer> =>
    http.call("PATCH", `/admin/users/${id}`, { token, body });
  assert.equal((await patch("99", { status: "disabled" })).error, "no_such_user");
  assert.deepEqual(Object.keys((await patch("0", { status: "active" })).fields ?? {}), ["id"]);
  assert.deepEqual(Object.keys((await patch("1", { status: "gone", role: 1 })).fields ?? {}), [
    "status",
    "role",
  ]);
});

const OWNER_CALLS = [
  ["POST", "/invites"],
  ["GET", "/invites"],
  ["DELETE", "/invites/x"],
  ["GET", "/admin/users"],
  ["PATCH", "/admin/users/1"],
] as const;

for (const [method, path] of OWNER_CALLS) {
  Deno.test(`${method} ${path} answers 401 to nobody and 403 to a member`, async () => {
    await using http = await AppHarness.open({ mode: "release" });
    await http.register("boss");
    const { token } = await http.join("ann");
    const body = method === "GET" ? undefined : {};
    assert.equal((await http.call(method, path, { body })).error, "unauthenticated");
    const member = await http.call(method, path, { body, token });
    assert.deepEqual([member.status, member.error], [403, "forbidden"]);
  });
}
