import assert from "node:assert/strict";
import type { Store } from "../../db/store.ts";
import { instead } from "../support/instead.ts";
import { type Answer, AppHarness, readAnswer } from "./app_harness.ts";

const KNOWN: readonly (readonly [string, string])[] = [
  ["/api/v1/auth/register", "POST"],
  ["/api/v1/auth/login", "POST"],
  ["/api/v1/auth/logout", "POST"],
  ["/api/v1/auth/sessions", "GET, DELETE, HEAD"],
  ["/api/v1/auth/sessions/x", "DELETE"],
  ["/api/v1/auth/password", "PUT"],
  ["/api/v1/user/profile", "GET, HEAD"],
  ["/api/v1/user/me", "GET, PATCH, HEAD"],
  ["/api/v1/users", "GET, HEAD"],
  ["/api/v1/ws/online-users", "GET, HEAD"],
  ["/api/v1/conversations", "GET, HEAD"],
  ["/api/v1/conversations/1-2/messages", "GET, HEAD"],
  ["/api/v1/messages", "POST"],
  ["/api/v1/invites", "POST, GET, HEAD"],
  ["/api/v1/invites/x", "DELETE"],
  ["/api/v1/admin/users", "GET, HEAD"],
  ["/api/v1/admin/users/1", "PATCH"],
  ["/api/v1/openapi.json", "GET, HEAD"],
  ["/api/v1/asyncapi.json", "GET, HEAD"],
  ["/healthz", "GET, HEAD"],
  ["/readyz", "GET, HEAD"],
  ["/metrics", "GET, HEAD"],
  ["/docs", "GET, HEAD"],
  ["/ws", "GET"],
];

for (const [path, allow] of KNOWN) {
  Deno.test(`${path} answers 405 with Allow: ${allow} to other methods`, async () => {
    await using http = await AppHarness.open();
    const others = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter((method) =>
      !allow.includes(method)
    );
    for (const method of others) {
      const answer = await readAnswer(await http.fetch(method, path));
      assert.deepEqual([answer.status, answer.error], [405, "method_not_allowed"], method);
      assert.equal(answer.headers.get("allow"), allow);
    }
  });
}

for (
  const path of [
    "/api/v1/none",
    "/api/v1",
    "/api/v2/auth/login",
    "/api/v1/auth/login/",
    "/none",
    "/static/app.js",
    "/../deno.json",
  ]
) {
  Deno.test(`${path} answers 404 in the envelope to every method`, async () => {
    await using http = await AppHarness.open();
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await readAnswer(await http.fetch(method, path));
      assert.deepEqual([answer.status, answer.error], [404, "not_found"]);
    }
  });
}

Deno.test("HEAD answers as GET does, without a body", async () => {
  await using http = await AppHarness.open();
  for (const path of ["/healthz", "/api/v1/users", "/api/v1/openapi.json"]) {
    const response = await http.fetch("HEAD", path);
    assert.deepEqual([response.status, await response.text()], [200, ""]);
  }
});

Deno.test("An error nobody foresaw is a 500 in the envelope that tells nothing of itself", async () => {
  const wrapStore = (store: Store): Store =>
    instead(store, {
      users: instead(store.users, { find: () => Promise.reject(new Error("the secret inside")) }),
    });
  await using http = await AppHarness.open({ wrapStore });
  const response = await http.fetch("GET", "/api/v1/user/profile?id=1");
  const text = await response.clone().text();
  const answer = await readAnswer(response);
  assert.deepEqual([answer.status, answer.error], [500, "internal"]);
  assert.equal(text.includes("secret inside"), false);
  assert.match(response.headers.get("x-request-id") ?? "", /^[\da-f-]{36}$/);
});

const TEXTS: readonly (readonly [string, string, object, RegExp])[] = [
  ["POST", "/auth/login", { body: {} }, /部分字段/],
  ["GET", "/auth/sessions", {}, /登录/],
  ["GET", "/none", {}, /没有找到/],
  ["DELETE", "/messages", {}, /方法/],
  ["POST", "/auth/login", { raw: "{" }, /JSON/],
];

for (const [method, path, ask, chinese] of TEXTS) {
  Deno.test(`${method} ${path} speaks Chinese where Accept-Language prefers it`, async () => {
    await using http = await AppHarness.open();
    const say = (language: string): Promise<Answer> =>
      http.call(method, path, { ...ask, headers: { "accept-language": language } });
    const zh = await say("zh-CN,zh;q=0.9,en;q=0.8");
    assert.match(zh.message, chinese);
    const en = await say("en-GB,en;q=0.9,zh;q=0.1");
    assert.doesNotMatch(en.message, /\p{Script=Han}/u);
    assert.equal(zh.error, en.error, "the word is the same");
  });
}

Deno.test("Every field's fault is told in Chinese too", async () => {
  await using http = await AppHarness.open();
  const bodies = [
    {},
    { username: 1, email: 2, password: 3, phone: 4, invite: 5 },
    { username: "", email: "", password: "", phone: "\0", invite: "x".repeat(201) },
    { username: "a b c", email: "x", password: "密".repeat(15), phone: "1".repeat(51), invite: "\0" },
  ];
  for (const body of bodies) {
    const headers = { "accept-language": "zh" };
    const { fields } = await http.call("POST", "/auth/register", { body, headers });
    for (const [field, text] of Object.entries(fields ?? {})) assert.match(text, /\p{Script=Han}/u, field);
  }
});

Deno.test("A success speaks the language of the person as well", async () => {
  await using http = await AppHarness.open();
  const headers = { "accept-language": "zh" };
  assert.match((await http.call("GET", "/users", { headers })).message, /用户/);
});

Deno.test("Every answer of the API carries the secure headers and is never cached", async () => {
  await using http = await AppHarness.open({ publicUrl: new URL("https://chat.example.com") });
  for (
    const [method, path] of [["GET", "/users"], ["GET", "/none"], ["POST", "/auth/login"], [
      "DELETE",
      "/users",
    ]] as const
  ) {
    const { headers } = await http.call(method, path);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'self'; base-uri 'none'/);
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
  }
});

Deno.test("Strict-Transport-Security is not told on plain http", async () => {
  await using http = await AppHarness.open();
  assert.equal((await http.call("GET", "/users")).headers.get("strict-transport-security"), null);
});
