/** Somebody who is erased while people are connected: their sockets, and what the others see. */
import assert from "node:assert/strict";
import { directConversation, type Session, type User } from "../../db/model.ts";
import { ErasureNews } from "../../realtime/mod.ts";
import { AGAIN_AFTER_MS, Erasing } from "../../routes/accounts/erasing.ts";
import { endWhile, type FakeSocket, startInstance, type TestInstance } from "../support/instance.ts";

const MARKER = "zebra-7c41";

function register({ store, clock }: TestInstance, username: string): Promise<User> {
  const createdAt = clock.now();
  return store.users.create({
    username,
    email: `${username}@example.com`,
    phone: "",
    passwordDigest: "x",
    createdAt,
  });
}

async function signIn(instance: TestInstance, user: User): Promise<FakeSocket> {
  const now = instance.clock.now();
  const times = { createdAt: now, lastUsedAt: now, expiresAt: now + 86_400_000 };
  const session: Session = {
    id: `s${user.id}`,
    userId: user.id,
    device: "test",
    address: "127.0.0.1",
    ...times,
  };
  await instance.store.sessions.create(session);
  return await instance.connect(user.id, { confirms: true, session });
}

/** An owner who stays, and two people who talk: Ann, and Bob, who has read all of it. */
async function talking(instance: TestInstance): Promise<{
  readonly erasing: Erasing;
  readonly ann: User;
  readonly bob: User;
  readonly annsSocket: FakeSocket;
  readonly bobsSocket: FakeSocket;
}> {
  await register(instance, "olive");
  const [ann, bob] = [await register(instance, "ann"), await register(instance, "bob")];
  const [annsSocket, bobsSocket] = [await signIn(instance, ann), await signIn(instance, bob)];
  await annsSocket.write({ type: "private", id: "a", to_user_id: bob.id, content: MARKER });
  await bobsSocket.write({ type: "private", id: "b", to_user_id: ann.id, content: "an answer" });
  await instance.clock.advance(50);
  assert.equal(bobsSocket.of("private").length, 1);
  const { store, bus, clock } = instance;
  const erasing = new Erasing({ store, news: new ErasureNews(bus), clock });
  return { erasing, ann, bob, annsSocket, bobsSocket };
}

Deno.test("close 4501: every socket of an account that is erased; and the account is nobody's", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { erasing, ann, annsSocket, bobsSocket } = await talking(instance);
  const erased = erasing.erase(ann.id);
  await endWhile(instance.clock, erased);
  assert.deepEqual(await erased, { messages: 1, conversations: 1 });
  assert.equal(annsSocket.closedWith, 4501);
  assert.equal(bobsSocket.closedWith, null);
  assert.equal(await instance.store.users.find({ login: "ann" }), null);
  assert.deepEqual(await instance.store.sessions.list(ann.id, instance.clock.now()), []);
  await bobsSocket.write({ type: "private", id: "c", to_user_id: ann.id, content: "are you there?" });
  await instance.clock.advance(50);
  assert.deepEqual(bobsSocket.of("error").map(({ data }) => [data?.["code"], data?.["error"]]), [
    [404, "no_such_user"],
  ]);
});

Deno.test("resync and sync: whoever wrote with somebody who is erased is told, and finds the places of the messages", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { erasing, ann, bob, bobsSocket } = await talking(instance);
  const { id } = directConversation(ann.id, bob.id);
  await endWhile(instance.clock, erasing.erase(ann.id));
  assert.equal(bobsSocket.of("resync").length, 1);
  const since = new Date(instance.clock.now()).toISOString();
  await bobsSocket.write({ type: "sync", id: "s", data: { have: { [id]: 2 }, since } });
  const [sync] = bobsSocket.of("sync");
  const { conversations, messages } = sync?.data as unknown as {
    readonly conversations: readonly Readonly<Record<string, unknown>>[];
    readonly messages: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  };
  assert.deepEqual(conversations.map((one) => [one["conversation_id"], one["last_change"], one["peer"]]), [[
    id,
    3,
    { user_id: ann.id, username: "", avatar: "", status: "offline", last_seen: null, deleted: true },
  ]]);
  const [message, ...others] = messages[id] ?? [];
  assert.deepEqual(others, []);
  const data = message?.["data"] as Readonly<Record<string, unknown>>;
  assert.deepEqual([message?.["content"], data["seq"], data["change"]], ["", 1, 3]);
  assert.ok(typeof data["deleted_at"] === "string");
  assert.ok(!JSON.stringify(sync).includes(MARKER));
  // What presence has to tell is told together.
  await instance.clock.advance(1_000);
  const [leave, ...more] = bobsSocket.of("leave");
  assert.deepEqual([leave?.data?.["user_id"], leave?.data?.["username"], leave?.data?.["deleted"]], [
    ann.id,
    "",
    true,
  ]);
  await instance.clock.advance(10_000);
  assert.deepEqual([more, bobsSocket.of("leave").length], [[], 1], "told once");
});

Deno.test("A message that was under way while its sender was erased is emptied a minute later", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { erasing, ann, bob, bobsSocket } = await talking(instance);
  await endWhile(instance.clock, erasing.erase(ann.id));
  const conversation = directConversation(ann.id, bob.id);
  const draft = {
    conversation,
    senderId: ann.id,
    clientId: "late",
    messageId: crypto.randomUUID(),
    kind: "text",
    content: MARKER,
    createdAt: instance.clock.now(),
  } as const;
  await instance.store.messages.commit({ drafts: [draft], marks: [] });
  assert.equal(await erasing.sweep(), 0, "not yet");
  await instance.clock.advance(AGAIN_AFTER_MS);
  const told = bobsSocket.of("resync").length;
  const swept = erasing.sweep();
  await endWhile(instance.clock, swept);
  assert.equal(await swept, 1);
  assert.equal(bobsSocket.of("resync").length, told + 1);
  const { messages } = await instance.store.messages.list(conversation, { limit: 10, maxBytes: 1e6 });
  assert.deepEqual(messages.map(({ content }) => content), ["", "an answer", ""]);
  assert.equal(await erasing.sweep(), 0, "it is over");
});

Deno.test("An erasure that is due later can be taken back until then, and the only owner stays", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { erasing, ann, annsSocket } = await talking(instance);
  const dueAt = instance.clock.now() + 7 * 86_400_000;
  await erasing.schedule(ann.id, dueAt);
  assert.equal(await erasing.keep(ann.id), true);
  assert.equal(await erasing.keep(ann.id), false);
  await erasing.schedule(ann.id, instance.clock.now() + 1_000);
  assert.equal(await erasing.sweep(), 0);
  assert.equal(annsSocket.closedWith, null);
  await instance.clock.advance(1_000);
  await endWhile(instance.clock, erasing.sweep());
  assert.equal(annsSocket.closedWith, 4501);
  await assert.rejects(erasing.keep(ann.id), { code: "no_such_user" });
  await assert.rejects(erasing.erase(ann.id), { code: "no_such_user" });
  const owner = await instance.store.users.find({ login: "olive" });
  await assert.rejects(erasing.erase(owner?.id ?? 0), { code: "last_owner" });
  await assert.rejects(erasing.schedule(owner?.id ?? 0, dueAt), { code: "last_owner" });
});
