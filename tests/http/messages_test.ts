import assert from "node:assert/strict";
import { z } from "zod";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { Conversation, MessageFrame } from "../../realtime/frames.ts";
import { instead } from "../support/instead.ts";
import { type Answer, AppHarness, type Person } from "./app_harness.ts";

const Sent = z.strictObject({
  message_id: z.string(),
  conversation_id: z.string(),
  seq: z.number(),
  duplicate: z.boolean(),
});
const Page = z.object({ messages: z.array(MessageFrame), has_more: z.boolean() });
const Conversations = z.object({
  conversations: z.array(Conversation),
  has_more: z.boolean(),
  next: z.string().nullable(),
});

async function couple(): Promise<{ http: AppHarness; ann: Person; bob: Person } & AsyncDisposable> {
  const http = await AppHarness.open({ mode: "release" });
  const ann = await http.join("ann");
  const bob = await http.join("bob");
  return { http, ann, bob, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

function send(http: AppHarness, token: string, body: object): Promise<Answer> {
  return http.call("POST", "/messages", { token, body });
}

async function page(http: AppHarness, token: string, path: string): Promise<z.infer<typeof Page>> {
  const answer = await http.call("GET", path, { token });
  assert.equal(answer.status, 200);
  return Page.parse(answer.data);
}

Deno.test("POST /messages stores a message and names it", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const first = Sent.parse((await send(http, ann.token, { to_user_id: bob.id, content: "hi" })).data);
  assert.deepEqual([first.conversation_id, first.seq, first.duplicate], ["1-2", 1, false]);
  const second = Sent.parse((await send(http, bob.token, { conversation_id: "1-2", content: "ho" })).data);
  assert.equal(second.seq, 2);
  const { messages } = await page(http, ann.token, "/conversations/1-2/messages");
  assert.deepEqual(messages.map((one) => [one.from_user_id, one.content]), [[ann.id, "hi"], [bob.id, "ho"]]);
});

Deno.test("POST /messages answers a repeat of its id with the first message, and 409 for another content", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const sendOne = (content: string): Promise<Answer> =>
    send(http, ann.token, { to_user_id: bob.id, content, id: "one" });
  const first = Sent.parse((await sendOne("hi")).data);
  const again = Sent.parse((await sendOne("hi")).data);
  assert.deepEqual(again, { ...first, duplicate: true });
  const other = await sendOne("ho");
  assert.deepEqual([other.status, other.error], [409, "id_reused"]);
  assert.equal((await send(http, bob.token, { to_user_id: ann.id, content: "ho", id: "one" })).status, 200);
  await http.accounts.people.change(bob.id, { status: "disabled" });
  assert.deepEqual(
    Sent.parse((await sendOne("hi")).data),
    again,
    "also when bob cannot be written to any more",
  );
});

Deno.test("POST /messages refuses oneself, strangers' conversations and people who are not there", async () => {
  await using it = await couple();
  const { http, ann } = it;
  const cases = [
    [{ to_user_id: ann.id }, 400, "to_oneself"],
    [{ to_user_id: 99 }, 404, "no_such_user"],
    [{ conversation_id: "5-9" }, 403, "not_a_member"],
    [{ conversation_id: "nonsense" }, 403, "not_a_member"],
    [{}, 400, "invalid_fields"],
    [{ to_user_id: 0 }, 400, "invalid_fields"],
  ] as const;
  for (const [target, status, error] of cases) {
    const answer = await send(http, ann.token, { ...target, content: "hi" });
    assert.deepEqual([answer.status, answer.error], [status, error], JSON.stringify(target));
  }
});

Deno.test("POST /messages in release reaches a new account at once, also where its id was asked for before", async () => {
  await using app = await AppHarness.open({ mode: "release" });
  const ann = await app.join("ann");
  const body = { "to_user_id": 2, content: "welcome" };
  assert.equal((await app.call("POST", "/messages", { token: ann.token, body })).status, 404);
  assert.equal(await app.register("bob"), 2);
  assert.equal((await app.call("POST", "/messages", { token: ann.token, body })).status, 200);
});

Deno.test("POST /messages takes 10 000 characters and not one more, counted in code points", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const status = async (content: unknown): Promise<number> =>
    (await send(http, ann.token, { to_user_id: bob.id, content })).status;
  assert.equal(await status("𠀀".repeat(10_000)), 200);
  assert.equal(await status("𠀀".repeat(10_001)), 400);
  assert.equal(await status(""), 400);
  assert.equal(await status(" "), 200);
  assert.equal(await status("a\u0000b"), 400);
  assert.equal(await status("a\ud800b"), 400);
  assert.equal(await status("👩‍👩‍👧‍👦 \u202e عربى \n"), 200);
});

Deno.test("POST /messages answers 429 with Retry-After past the limit of messages", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const answers = await Promise.all(
    Array.from(
      { length: 100 },
      (_, index) => send(http, ann.token, { to_user_id: bob.id, content: `${index}` }),
    ),
  );
  const refused = answers.filter((answer) => answer.status === 429);
  assert.ok(refused.length > 0 && refused.length <= 40, `${refused.length} refused`);
  for (const answer of refused) {
    assert.equal(answer.error, "rate_limited");
    assert.ok(Number(answer.headers.get("retry-after")) >= 1);
  }
});

Deno.test("POST /messages answers 503 while the store is down", async () => {
  let isDown = false;
  const wrapStore = (store: Store): Store => {
    const commit: Store["messages"]["commit"] = async (batch) => {
      if (isDown) throw new StoreUnavailableError("Cannot store: it is down");
      return await store.messages.commit(batch);
    };
    return instead(store, { messages: instead(store.messages, { commit }) });
  };
  await using http = await AppHarness.open({ wrapStore });
  const ann = await http.join("ann");
  const bob = await http.join("bob");
  isDown = true;
  const down = await send(http, ann.token, { to_user_id: bob.id, content: "hi", id: "x" });
  assert.deepEqual([down.status, down.error], [503, "unavailable"]);
  assert.ok(Number(down.headers.get("retry-after")) >= 1);
  isDown = false;
  assert.equal(
    Object((await send(http, ann.token, { to_user_id: bob.id, content: "hi", id: "x" })).data).seq,
    1,
  );
});

Deno.test("GET /conversations/:id/messages pages both ways in rising seq", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  for (let seq = 1; seq <= 25; seq++) await send(http, ann.token, { to_user_id: bob.id, content: `m${seq}` });
  const seqs = async (query: string): Promise<unknown> => {
    const { messages, has_more } = await page(http, bob.token, `/conversations/1-2/messages${query}`);
    return [messages[0]?.data.seq, messages.at(-1)?.data.seq, messages.length, has_more];
  };
  assert.deepEqual(await seqs(""), [1, 25, 25, false]);
  assert.deepEqual(await seqs("?limit=10"), [16, 25, 10, true]);
  assert.deepEqual(await seqs("?limit=10&before_seq=16"), [6, 15, 10, true]);
  assert.deepEqual(await seqs("?limit=10&before_seq=6"), [1, 5, 5, false]);
  assert.deepEqual(await seqs("?limit=10&after_seq=10"), [11, 20, 10, true]);
  assert.deepEqual(await seqs("?after_seq=25"), [undefined, undefined, 0, false]);
  assert.deepEqual(await seqs("?after_seq=0&limit=100"), [1, 25, 25, false]);
});

for (
  const [query, field] of [
    ["before_seq=1&after_seq=1", "after_seq"],
    ["before_seq=-1", "before_seq"],
    ["before_seq=1.5", "before_seq"],
    ["after_seq=9007199254740993", "after_seq"],
    ["after_seq=x", "after_seq"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
  ] as const
) {
  Deno.test(`GET /conversations/:id/messages?${query} answers 400`, async () => {
    await using http = await AppHarness.open();
    const answer = await http.call("GET", `/conversations/1-2/messages?user_id=1&${query}`);
    assert.deepEqual([answer.status, Object.keys(answer.fields ?? {})], [400, [field]]);
  });
}

Deno.test("GET /conversations/:id/messages answers one 403 for every id that is not mine, and an empty page for mine", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const carl = await http.join("carl");
  await send(http, ann.token, { to_user_id: bob.id, content: "secret" });
  const messages: string[] = [];
  for (
    const id of [
      "1-2",
      "2-1",
      "1-1",
      "8-9",
      "nonsense",
      "1-99999999999",
      "%00",
      "%F0%9F%98%80",
      "a".repeat(5_000),
      "..%2f..",
    ]
  ) {
    const answer = await http.call("GET", `/conversations/${id}/messages`, { token: carl.token });
    assert.deepEqual([answer.status, answer.error], [403, "not_a_member"], id.slice(0, 20));
    messages.push(answer.message);
  }
  assert.equal(new Set(messages).size, 1);
  assert.deepEqual(await page(http, carl.token, "/conversations/1-3/messages"), {
    messages: [],
    has_more: false,
  });
});

Deno.test("GET /conversations/:id/messages answers at most 512 KiB, the rest by has_more", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  const content = "𠀀".repeat(10_000);
  for (let count = 0; count < 30; count++) await send(http, ann.token, { to_user_id: bob.id, content });
  const response = await http.fetch("GET", "/api/v1/conversations/1-2/messages?limit=100", {
    token: bob.token,
  });
  const text = await response.text();
  assert.ok(text.length * 2 > 100_000 && new TextEncoder().encode(text).length <= 512 * 1024 + 10_000);
  assert.equal(Page.parse(JSON.parse(text).data).has_more, true);
});

Deno.test("GET /conversations lists mine by newest activity, page by page", async () => {
  await using it = await couple();
  const { http, ann } = it;
  const others: Person[] = [];
  for (let count = 0; count < 5; count++) others.push(await http.join(`other${count}`));
  for (const other of others) {
    await send(http, other.token, { to_user_id: ann.id, content: `from ${other.id}` });
  }
  const seen: number[] = [];
  let next: string | null = "";
  while (next !== null) {
    const query: string = next === "" ? "" : `&before=${encodeURIComponent(next)}`;
    const answer = await http.call("GET", `/conversations?limit=2${query}`, { token: ann.token });
    const found = Conversations.parse(answer.data);
    seen.push(...found.conversations.map((one) => one.peer?.user_id ?? 0));
    assert.equal(found.has_more, found.next !== null);
    next = found.next;
  }
  assert.deepEqual(seen, others.map((one) => one.id).reverse());
});

Deno.test("GET /conversations tells unread, marks and a preview of 200 characters", async () => {
  await using it = await couple();
  const { http, ann, bob } = it;
  await send(http, ann.token, { to_user_id: bob.id, content: "短".repeat(300) });
  const [one] =
    Conversations.parse((await http.call("GET", "/conversations", { token: bob.token })).data).conversations;
  assert.deepEqual([one?.unread, one?.last_seq, one?.first_seq, one?.read_seq], [1, 1, 1, 0]);
  assert.deepEqual([one?.peer?.username, one?.peer?.status], ["ann", "offline"]);
  assert.deepEqual([one?.last_message?.content, one?.last_message?.data.cut], ["短".repeat(200), true]);
  const [own] =
    Conversations.parse((await http.call("GET", "/conversations", { token: ann.token })).data).conversations;
  assert.equal(own?.unread, 0);
});

for (
  const query of [
    "before=nonsense",
    "before=",
    "before=%00",
    `before=${"a".repeat(1_001)}`,
    "limit=0",
    "limit=x",
  ]
) {
  Deno.test(`GET /conversations?${query.slice(0, 20)} answers 400`, async () => {
    await using http = await AppHarness.open();
    assert.equal((await http.call("GET", `/conversations?user_id=1&${query}`)).status, 400);
  });
}

Deno.test("In debug ?user_id= speaks for anybody, registered or not, and wins over a session", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const sent = await http.call("POST", "/messages?user_id=50", { body: { to_user_id: 60, content: "hi" } });
  assert.equal(Object(sent.data).conversation_id, "50-60");
  const { messages } = Page.parse((await http.call("GET", "/conversations/50-60/messages?user_id=60")).data);
  assert.equal(messages[0]?.from_user_id, 50);
  const asked = await http.call("GET", "/conversations/50-60/messages?user_id=60", { token: ann.token });
  assert.equal(asked.status, 200);
});

Deno.test("GET /ws/online-users answers nobody while nobody is connected", async () => {
  await using http = await AppHarness.open();
  assert.deepEqual((await http.call("GET", "/ws/online-users")).data, { users: [], count: 0 });
});
