/**
 * Who may ask what, from where: sessions, debug identities, cookies, Origin and Host.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AppHarness, readAnswer } from "./app_harness.ts";

const NEEDS_SESSION = [
  ["GET", "/user/profile?id=1"],
  ["GET", "/user/me"],
  ["PATCH", "/user/me"],
  ["GET", "/users"],
  ["GET", "/ws/online-users"],
  ["GET", "/conversations"],
  ["GET", "/conversations/1-2/messages"],
  ["POST", "/messages"],
] as const;

for (const [method, path] of NEEDS_SESSION) {
  Deno.test(`${method} ${path} in release answers 401 without a session, ?user_id= or not`, async () => {
    await using http = await AppHarness.open({ mode: "release" });
    await http.register("ann");
    const separator = path.includes("?") ? "&" : "?";
    for (const query of ["", `${separator}user_id=1&username=ann`]) {
      const answer = await http.call(method, path + query, { body: method === "GET" ? undefined : {} });
      assert.deepEqual([answer.status, answer.error], [401, "unauthenticated"]);
    }
  });
}

const OPEN_IN_DEBUG = ["/user/profile?id=1", "/users", "/ws/online-users"] as const;
for (const path of OPEN_IN_DEBUG) {
  Deno.test(`GET ${path} in debug needs no token, and refuses a bad one`, async () => {
    await using http = await AppHarness.open();
    await http.register("ann");
    assert.equal((await http.call("GET", path)).status, 200);
    assert.equal(
      (await http.call("GET", path, { headers: { cookie: "session=old" } })).status,
      200,
      "an old cookie",
    );
    assert.equal((await http.call("GET", path, { token: "forged" })).status, 401);
  });
}

Deno.test("Calls that need to know who asks take ?user_id= in debug, and 400 for one that is none", async () => {
  await using http = await AppHarness.open();
  for (const path of ["/conversations", "/conversations/7-8/messages"]) {
    assert.equal((await http.call("GET", path)).status, 401);
    assert.equal((await http.call("GET", `${path}?user_id=7`)).status, 200);
    for (const id of ["0", "-1", "x", "", "4294967296"]) {
      assert.equal((await http.call("GET", `${path}?user_id=${id}`)).status, 400, id);
    }
  }
});

const OPEN_IN_RELEASE = [
  "/",
  "/healthz",
  "/readyz",
  "/docs",
  "/api/v1/openapi.json",
  "/api/v1/asyncapi.json",
] as const;
for (const path of OPEN_IN_RELEASE) {
  Deno.test(`GET ${path} in release is open to everybody`, async () => {
    await using http = await AppHarness.open({ mode: "release" });
    assert.equal((await http.fetch("GET", path)).status, 200);
  });
}

Deno.test("A cookie speaks for reading without Origin, and for changing with ours only", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("ann");
  const cookie = `theme=dark; session=${token}`;
  const patch = (headers: HeadersInit): ReturnType<AppHarness["call"]> =>
    http.call("PATCH", "/user/me", { headers, body: { phone: "1" } });
  assert.equal((await http.call("GET", "/user/me", { headers: { cookie } })).status, 200);
  const missing = await patch({ cookie });
  assert.deepEqual([missing.status, missing.error], [403, "origin_refused"]);
  assert.equal((await patch({ cookie, origin: "null" })).status, 403);
  assert.equal((await patch({ cookie, origin: "http://evil.example" })).status, 403);
  assert.equal((await patch({ cookie, origin: "http://localhost:8080" })).status, 200);
  assert.equal(
    (await patch({ cookie, origin: "http://127.0.0.1:8080" })).status,
    200,
    "a name of the same listener",
  );
});

Deno.test("The cookie of plain http is nothing over https, and the other way round", async () => {
  await using http = await AppHarness.open({ mode: "release", tls: true });
  const { token } = await http.join("ann");
  const me = (cookie: string): ReturnType<AppHarness["call"]> =>
    http.call("GET", "/user/me", { headers: { cookie } });
  assert.equal((await me(`__Host-session=${token}`)).status, 200);
  assert.equal((await me(`session=${token}`)).status, 401);
});

Deno.test("A Bearer header wins over the cookie, and a bad one is not saved by it", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("ann");
  const headers = { cookie: `session=${token}` };
  assert.equal((await http.call("GET", "/user/me", { token: "bad", headers })).status, 401);
  assert.equal(
    (await http.call("PATCH", "/user/me", { token, headers, body: {} })).status,
    200,
    "needs no Origin",
  );
  for (const authorization of ["Bearer", "Bearer ", `bearer ${token} x`, token, `Basic ${token}`]) {
    assert.equal(
      (await http.call("GET", "/user/me", { headers: { ...headers, authorization } })).status,
      401,
    );
  }
  const lower = { authorization: `bearer ${token}` };
  assert.equal(
    (await http.call("GET", "/user/me", { headers: lower })).status,
    200,
    "the scheme has no case",
  );
});

Deno.test("A token never counts in a URL", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("ann");
  for (const name of ["token", "access_token", "session"]) {
    assert.equal((await http.call("GET", `/user/me?${name}=${token}`)).status, 401);
  }
});

for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
  Deno.test(`${method} with an Origin that is not ours is refused before anything is looked at`, async () => {
    await using http = await AppHarness.open({ publicUrl: new URL("https://chat.example.com") });
    for (const path of ["/auth/login", "/messages?user_id=1", "/none"]) {
      const answer = await http.call(method, path, { headers: { origin: "https://evil.example" }, body: {} });
      assert.deepEqual([answer.status, answer.error], [403, "origin_refused"]);
      assert.match(answer.message, /https:\/\/evil\.example.*https:\/\/chat\.example\.com.*CHAT_PUBLIC_URL/);
    }
  });
}

Deno.test("Reading with another Origin is answered, but to nobody's script", async () => {
  await using http = await AppHarness.open();
  const { status, headers } = await http.call("GET", "/users", {
    headers: { origin: "https://evil.example" },
  });
  assert.equal(status, 200);
  assert.equal(headers.get("access-control-allow-origin"), null);
});

Deno.test("A loopback listener answers 421 to every path under a foreign name", async () => {
  await using http = await AppHarness.open();
  for (const path of ["/", "/healthz", "/api/v1/users", "/none"]) {
    const answer = await readAnswer(
      await http.fetch("GET", path, { headers: { host: "rebound.example:8080" } }),
    );
    assert.deepEqual([answer.status, answer.error], [421, "misdirected"]);
    assert.match(answer.message, /rebound\.example:8080.*CHAT_PUBLIC_URL/);
  }
});

Deno.test("A listener that is not on the loopback answers to every name", async () => {
  await using http = await AppHarness.open({ loopback: false });
  assert.equal((await http.call("GET", "/users", { headers: { host: "anything.example" } })).status, 200);
});

Deno.test("Over a real connection Host decides, and a request without one is answered", async () => {
  await using http = await AppHarness.open();
  const base = await http.listen();
  const ask = async (head: string): Promise<string> => {
    using tcp = await Deno.connect({ hostname: base.hostname, port: Number(base.port) });
    await tcp.write(new TextEncoder().encode(`${head}Connection: close\r\n\r\n`));
    return await new Response(tcp.readable).text();
  };
  assert.match(await ask(`GET /healthz HTTP/1.1\r\nHost: localhost:${base.port}\r\n`), /^HTTP\/1\.1 200 /);
  assert.match(await ask("GET /healthz HTTP/1.1\r\nHost: rebound.example\r\n"), /^HTTP\/1\.1 421 /);
  assert.match(await ask("GET /healthz HTTP/1.0\r\n"), /^HTTP\/1\.[01] (200|421|400) /);
});

Deno.test("GET /server tells anybody what a page has to know before sign-in, and nothing else", async () => {
  await using http = await AppHarness.open({ mode: "release", registration: "invite" });
  const { status, data } = await http.call("GET", "/server");
  assert.equal(status, 200);
  assert.deepEqual(data, { mode: "release", registration: "invite", version: "1.2.3" });
});
