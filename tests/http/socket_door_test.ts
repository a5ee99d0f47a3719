/**
 * Who is let in at /ws, seen from before the 101.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { AppHarness, type Ask, type HarnessOptions, passwordOf } from "./app_harness.ts";

const Refusal = z.strictObject({ error: z.string().min(1) });

const UPGRADE = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-version": "13",
};

async function refused(http: AppHarness, path: string, ask: Ask = {}): Promise<[number, string]> {
  const headers = new Headers(ask.headers);
  for (const [name, value] of Object.entries(UPGRADE)) headers.set(name, value);
  const response = await http.fetch("GET", path, { ...ask, headers });
  return [response.status, Refusal.parse(await response.json()).error];
}

const Welcome = z.object({
  type: z.literal("welcome"),
  data: z.object({ user_id: z.number(), username: z.string() }),
});

interface Opened {
  readonly socket: WebSocket;
  readonly welcome: z.infer<typeof Welcome>["data"];
}

async function open(
  url: URL,
  options: { protocols?: string[]; headers?: HeadersInit } = {},
): Promise<Opened> {
  url.protocol = "ws:";
  const socket = new WebSocket(url, options);
  const first = await new Promise<string>((resolve, reject) => {
    socket.onmessage = (event) => resolve(String(event.data));
    socket.onerror = () => reject(new Error("the handshake was refused"));
  });
  return { socket, welcome: Welcome.parse(JSON.parse(first)).data };
}

async function close({ socket }: Opened): Promise<void> {
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
}

const DEBUG_REFUSALS = [
  "/ws",
  "/ws?user_id=1",
  "/ws?username=testuser",
  "/ws?user_id=&username=testuser",
  "/ws?user_id=0&username=testuser",
  "/ws?user_id=-1&username=testuser",
  "/ws?user_id=1.5&username=testuser",
  "/ws?user_id=abc&username=testuser",
  "/ws?user_id=4294967296&username=testuser",
  "/ws?user_id=1&username=",
  "/ws?user_id=1&username=%20",
  "/ws?user_id=1&username=a%00b",
  `/ws?user_id=1&username=${"a".repeat(51)}`,
] as const;

for (const path of DEBUG_REFUSALS) {
  Deno.test(`GET ${path.slice(0, 50)} in debug is refused with 400 and {error}`, async () => {
    await using http = await AppHarness.open();
    const [status, error] = await refused(http, path);
    assert.equal(status, 400);
    assert.match(error, /user_id/);
  });
}

const RELEASE_REFUSALS: readonly (readonly [string, Ask])[] = [
  ["a bare ?user_id=", {}],
  ["a forged Bearer token", { token: "a.b.c" }],
  ["a forged token in the subprotocol", { headers: { "sec-websocket-protocol": "go-chat, bearer.a.b.c" } }],
  ["an empty token in the subprotocol", { headers: { "sec-websocket-protocol": "go-chat, bearer." } }],
  ["a forged cookie", { headers: { cookie: "session=a.b.c", origin: "http://localhost:8080" } }],
];

for (const [what, ask] of RELEASE_REFUSALS) {
  Deno.test(`GET /ws in release is refused with 401 for ${what}`, async () => {
    await using http = await AppHarness.open({ mode: "release" });
    assert.equal((await refused(http, "/ws?user_id=1&username=testuser", ask))[0], 401);
  });
}

Deno.test("GET /ws is refused with 401 for a session that has ended", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("ann");
  await http.call("POST", "/auth/logout", { token });
  assert.equal((await refused(http, "/ws", { token }))[0], 401);
});

Deno.test("GET /ws is refused with 401 for a bad token in debug too, where nobody else speaks", async () => {
  await using http = await AppHarness.open();
  assert.equal((await refused(http, "/ws", { token: "a.b.c" }))[0], 401);
});

Deno.test("GET /ws is refused with 403 for a foreign Origin, and for a cookie without one", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("ann");
  const foreign = { origin: "http://evil.example" };
  for (const headers of [foreign, { ...foreign, cookie: `session=${token}` }, { origin: "null" }]) {
    const [status, error] = await refused(http, "/ws?user_id=1&username=testuser", { headers });
    assert.equal(status, 403);
    assert.match(error, /localhost:8080.*CHAT_PUBLIC_URL/);
  }
  assert.equal((await refused(http, "/ws", { headers: { cookie: `session=${token}` } }))[0], 403);
});

Deno.test("GET /ws is refused with 421 under a foreign name", async () => {
  await using http = await AppHarness.open();
  const [status] = await refused(http, "/ws?user_id=1&username=testuser", {
    headers: { host: "rebound.example" },
  });
  assert.equal(status, 421);
});

Deno.test("GET /ws without Upgrade is refused with 426 for somebody known, in their language", async () => {
  await using http = await AppHarness.open();
  const response = await http.fetch("GET", "/ws?user_id=1&username=testuser", {
    headers: { "accept-language": "zh" },
  });
  assert.equal(response.status, 426);
  assert.equal(response.headers.get("upgrade"), "websocket");
  assert.match(Refusal.parse(await response.json()).error, /WebSocket/);
});

Deno.test("GET /ws is refused with 503 and Retry-After while there is no room for another socket", async () => {
  let isFull = true;
  await using http = await AppHarness.open({ mayOpen: () => !isFull });
  const path = "/ws?user_id=1&username=testuser";
  const response = await http.fetch("GET", path, { headers: UPGRADE });
  assert.equal(response.status, 503);
  assert.ok(Number(response.headers.get("retry-after")) >= 1);
  Refusal.parse(await response.json());
  isFull = false;
  await close(await open(new URL(path, await http.listen())));
});

Deno.test("The documented identity of debug opens a socket", async () => {
  await using http = await AppHarness.open();
  const opened = await open(new URL("/ws?user_id=1&username=testuser", await http.listen()));
  assert.deepEqual([opened.welcome.user_id, opened.welcome.username], [1, "testuser"]);
  await close(opened);
});

const WAYS: readonly (readonly [string, (token: string, base: URL) => Parameters<typeof open>[1]])[] = [
  ["a Bearer header", (token) => ({ headers: { authorization: `Bearer ${token}` } })],
  ["the subprotocol", (token) => ({ protocols: ["go-chat", `bearer.${token}`] })],
  [
    "the cookie with our Origin",
    (token, base) => ({ headers: { cookie: `session=${token}`, origin: base.origin } }),
  ],
];

for (const mode of ["debug", "release"] as const) {
  for (const [way, options] of WAYS) {
    Deno.test(`A session opens a socket in ${mode} by ${way}`, async () => {
      await using http = await AppHarness.open({ mode });
      const { token, id } = await http.join("ann");
      const base = await http.listen();
      const opened = await open(new URL("/ws", base), options(token, base));
      assert.deepEqual([opened.welcome.user_id, opened.welcome.username], [id, "ann"]);
      assert.equal(opened.socket.protocol, way === "the subprotocol" ? "go-chat" : "");
      await close(opened);
    });
  }
}

Deno.test("In debug an explicit identity wins over a session, and a malformed one leaves it", async () => {
  await using http = await AppHarness.open();
  const { token } = await http.join("ann");
  const base = await http.listen();
  const headers = { authorization: `Bearer ${token}` };
  const said = await open(new URL("/ws?user_id=77&username=other", base), { headers });
  assert.equal(said.welcome.user_id, 77);
  await close(said);
  const malformed = await open(new URL("/ws?user_id=x&username=other", base), { headers });
  assert.equal(malformed.welcome.user_id, 1);
  await close(malformed);
});

const ENDINGS: readonly (readonly [
  string,
  HarnessOptions,
  number,
  (http: AppHarness, token: string) => Promise<unknown>,
])[] = [
  ["signing out", {}, 4501, (http, token) => http.call("POST", "/auth/logout", { token })],
  ["changing the password elsewhere", {}, 4501, async (http) => {
    const { token } = await http.signIn("ann");
    return await http.call("PUT", "/auth/password", {
      token,
      body: { old_password: passwordOf("ann"), new_password: "quite another" },
    });
  }],
  ["ending all others elsewhere", {}, 4501, async (http) => {
    const { token } = await http.signIn("ann");
    return await http.call("DELETE", "/auth/sessions", { token });
  }],
  ["ending it by its id elsewhere", {}, 4501, async (http, token) => {
    const { data } = await http.call("GET", "/auth/sessions", { token });
    const elsewhere = await http.signIn("ann");
    const id = Object(data).sessions[0].session_id;
    return await http.call("DELETE", `/auth/sessions/${id}`, { token: elsewhere.token });
  }],
  ["an owner who disables the account", {}, 4503, async (http) => {
    const { token } = await http.signIn("boss");
    return await http.call("PATCH", "/admin/users/2", { token, body: { status: "disabled" } });
  }],
];

for (const [what, options, code, end] of ENDINGS) {
  Deno.test(`A session's socket is closed with ${code} at once by ${what}`, async () => {
    await using http = await AppHarness.open({ mode: "release", ...options });
    await http.register("boss");
    const { token } = await http.join("ann");
    const { socket } = await open(new URL("/ws", await http.listen()), {
      headers: { authorization: `Bearer ${token}` },
    });
    const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
    await end(http, token);
    const ended = performance.now();
    assert.equal((await closed).code, code);
    assert.ok(performance.now() - ended < 1_000);
  });
}

Deno.test("Who is connected is online, also by HTTP", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("ann");
  const headers = { authorization: `Bearer ${token}` };
  const opened = await open(new URL("/ws", await http.listen()), { headers });
  const { data } = await http.call("GET", "/ws/online-users", { token });
  assert.equal(Object(data).count, 1);
  assert.deepEqual([Object(data).users[0].username, Object(data).users[0].status], ["ann", "online"]);
  await close(opened);
});
