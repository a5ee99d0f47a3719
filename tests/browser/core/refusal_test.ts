import assert from "node:assert/strict";
import { Api } from "../../../static/core/api.js";
import type { Refused } from "../../../static/core/http.js";
import { Texts } from "../../../static/core/i18n.js";
import { faultOf, faultsOf, wordsOf } from "../../../static/core/refusal.js";
import { accounts, invites, sessions } from "../../../static/core/settings_api.js";

const english = new Texts("en");
const chinese = new Texts("zh");

function refused(part: Partial<Refused>): Refused {
  return { ok: false, status: 400, error: "x", message: "", fields: {}, retryAfterS: null, ...part };
}

Deno.test("faultsOf() puts what the server says beside the fields there are, and else over the form", () => {
  const refusal = refused({ error: "invalid_fields", message: "No", fields: { email: "Bad", other: "Odd" } });
  const { fields, problem } = faultsOf(refusal, { language: "en", fields: ["email"] });
  assert.deepEqual(Object.keys(fields), ["email"]);
  assert.equal(problem, null);
  const elsewhere = faultsOf(refusal, { language: "en", fields: ["username"] });
  assert.deepEqual(elsewhere.fields, {});
  assert.equal(elsewhere.problem && wordsOf(english, elsewhere.problem), "No");
});

Deno.test("wordsOf() follows the language, and never repeats the server's words in the other one", () => {
  const known = faultOf(refused({ error: "username_taken", message: "The username is taken" }), "en");
  assert.equal(wordsOf(chinese, known), "用户名已被使用");
  const only = faultOf(refused({ error: "invalid_fields", message: "Is one of the most used" }), "en");
  assert.equal(wordsOf(english, only), "Is one of the most used");
  assert.equal(wordsOf(chinese, only), chinese.t("error.refused"));
  assert.equal(wordsOf(chinese, { key: "fault.email" }), "邮箱格式不正确");
});

Deno.test("wordsOf() says in words when to try again", () => {
  const wait = (error: string, retryAfterS: number): string =>
    wordsOf(english, faultOf(refused({ error, retryAfterS }), "en"));
  assert.match(wait("rate_limited", 30), /30 seconds/);
  assert.match(wait("rate_limited", 899), /15 minutes/);
  assert.match(wait("overloaded", 1), /busy.*1 second\./);
  assert.match(wait("unavailable", 7_300), /3 hours/);
  assert.match(wordsOf(chinese, faultOf(refused({ error: "rate_limited", retryAfterS: 5 }), "zh")), /5\s?秒/);
});

/** An Api whose server answers this, and the paths it was asked. */
function answering(data: unknown, headers: Record<string, string> = {}, status = 200): [Api, string[]] {
  const asked: string[] = [];
  const api = new Api({
    language: () => "en",
    fetch: (path) => {
      asked.push(`${path}`);
      return Promise.resolve(
        new Response(JSON.stringify({ data, error: "rate_limited" }), { status, headers }),
      );
    },
  });
  return [api, asked];
}

Deno.test("Api tells after how many seconds it may go better", async () => {
  const answer = async (wait: string): Promise<unknown> => {
    const [api] = answering({}, { "retry-after": wait }, 429);
    const result = await api.me();
    return result.ok ? "ok" : result.retryAfterS;
  };
  assert.equal(await answer("30"), 30);
  assert.equal(await answer("Wed, 21 Oct 2026 07:28:00 GMT"), null);
});

Deno.test("Api.people() asks by prefix, and in debug says who asks", async () => {
  const [api, asked] = answering({ users: [{ id: 2, username: "bob" }, { odd: true }], has_more: true });
  const found = await api.people("b&c", { debugUserId: 7 });
  assert.deepEqual(asked, ["/api/v1/users?q=b%26c&limit=20&user_id=7"]);
  assert.deepEqual(found.ok && found.data, { people: [{ user_id: 2, username: "bob" }], hasMore: true });
});

Deno.test("The calls of the settings read what they know and leave out what they do not", async () => {
  const at = "2026-01-01T00:00:00.000Z";
  const session = { "session_id": "s", device: "Firefox on Linux", address: "::1", "created_at": at };
  const [first] = answering({ sessions: [{ ...session, last_used_at: at, current: true }, {}] });
  const listed = await sessions(first);
  assert.deepEqual(listed.ok && listed.data, [{
    id: "s",
    device: "Firefox on Linux",
    address: "::1",
    createdAt: Date.parse(at),
    lastUsedAt: Date.parse(at),
    current: true,
  }]);
  const [second] = answering({
    invites: [{ id: "i", link: "l", uses_left: 2, expires_at: at }, { id: "j" }],
  });
  const open = await invites(second);
  assert.deepEqual(open.ok && open.data, [{ id: "i", link: "l", usesLeft: 2, expiresAt: Date.parse(at) }]);
  const [third, asked] = answering({ users: [], has_more: false });
  const page = await accounts(third, { prefix: "a", after: 3 });
  assert.deepEqual(page.ok && page.data, { users: [], hasMore: false });
  assert.deepEqual(asked, ["/api/v1/admin/users?limit=50&q=a&after=3"]);
  const [odd] = answering({ sessions: "none" });
  const unread = await sessions(odd);
  assert.equal(unread.ok, false);
});
