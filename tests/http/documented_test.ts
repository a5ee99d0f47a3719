/** Every documented call, once as it should be and once refused; the harness holds both against openapi.json. */
import assert from "node:assert/strict";
import { AppHarness, type Ask, passwordOf } from "./app_harness.ts";

const API = "/api/v1";
/** What anybody may ask is refused under a name that is not ours. */
const FOREIGN = { headers: { host: "rebound.example" } };

Deno.test("Every documented call gives a documented 200, and a documented refusal", async () => {
  await using http = await AppHarness.open({ mode: "release", metricsToken: "figures" });
  const boss = await http.join("boss");
  const ann = await http.join("ann");
  const other = await http.signIn("ann");
  await http.call("POST", "/messages", { token: ann.token, body: { to_user_id: boss.id, content: "hi" } });
  const invited = await http.call("POST", "/invites", { token: boss.token, body: { uses: 2 } });
  const invite: string = Object(invited.data).invites[0].id;
  const { token } = ann;
  const credentials = { username: "ann", password: passwordOf("ann") };
  const good: readonly (readonly [string, string, Ask])[] = [
    ["POST", `${API}/auth/register`, {
      body: { ...credentials, username: "carl", email: "carl@example.com" },
    }],
    ["POST", `${API}/auth/login`, { body: credentials }],
    ["GET", `${API}/auth/sessions`, { token }],
    ["DELETE", `${API}/auth/sessions/${other.session_id}`, { token }],
    ["DELETE", `${API}/auth/sessions`, { token }],
    ["PUT", `${API}/auth/password`, {
      token,
      body: { old_password: credentials.password, new_password: "quite another" },
    }],
    ["GET", `${API}/user/profile?id=1`, { token }],
    ["GET", `${API}/user/me`, { token }],
    ["PATCH", `${API}/user/me`, { token, body: { phone: "1" } }],
    ["GET", `${API}/users?q=b&limit=5`, { token }],
    ["GET", `${API}/ws/online-users`, { token }],
    ["GET", `${API}/conversations?limit=5`, { token }],
    ["GET", `${API}/conversations/1-2/messages?after_seq=0&limit=5`, { token }],
    ["POST", `${API}/messages`, { token, body: { conversation_id: "1-2", content: "ho", id: "one" } }],
    ["POST", `${API}/invites`, { token: boss.token, body: {} }],
    ["GET", `${API}/invites`, { token: boss.token }],
    ["DELETE", `${API}/invites/${invite}`, { token: boss.token }],
    ["GET", `${API}/admin/users?q=a&after=1&limit=5`, { token: boss.token }],
    ["GET", `${API}/admin/figures?minutes=5`, { token: boss.token }],
    ["PATCH", `${API}/admin/users/2`, { token: boss.token, body: { role: "owner" } }],
    ["GET", `${API}/server`, {}],
    ["GET", `${API}/openapi.json`, {}],
    ["GET", `${API}/asyncapi.json`, {}],
    ["GET", "/healthz", {}],
    ["GET", "/readyz", {}],
    ["GET", "/metrics", { token: "figures" }],
    ["POST", `${API}/auth/logout`, { token }],
  ];
  for (const [method, path, ask] of good) await (await http.fetch(method, path, ask)).body?.cancel();
  for (const [method, path, { token, body }] of good) {
    const bad: Ask = token !== undefined ? { body } : body !== undefined ? { body: {} } : FOREIGN;
    await (await http.fetch(method, path, bad)).body?.cancel();
  }
  await (await http.fetch("GET", "/ws")).body?.cancel();
  const seen = (wanted: (status: number) => boolean): string[] =>
    [
      ...new Set(http.noted.filter((one) => wanted(one.status)).map((one) => one.call)),
    ].toSorted();
  const calls = (await http.documented()).calls.toSorted();
  assert.deepEqual(seen((status) => status === 200), calls.filter((call) => call !== "GET /ws"));
  assert.deepEqual(seen((status) => status >= 400), calls);
});
