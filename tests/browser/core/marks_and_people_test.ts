import assert from "node:assert/strict";
import {
  acknowledgement,
  CONVERSATION,
  conversation,
  message,
  messages,
  PEER,
  SELF,
  Stage,
} from "./stage.ts";

const NOW = "2026-01-01T00:00:00.000Z";

Deno.test("Connection says up to where it received, once for many, and again only when the server lost it", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3));
  await stage.pass(100);
  assert.deepEqual(stage.socket.of("delivered").map(({ data }) => data), [{
    conversation_id: CONVERSATION,
    seq: 3,
  }]);
  stage.socket.say(message(4));
  stage.socket.say(message(5));
  await stage.pass(100);
  assert.deepEqual(stage.socket.last("delivered").data, { conversation_id: CONVERSATION, seq: 5 });
  assert.equal(stage.socket.of("delivered").length, 2);
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({ conversations: [conversation({ last: message(5), delivered_seq: 3 })] });
  await stage.pass(100);
  assert.deepEqual(stage.socket.last("delivered").data, { conversation_id: CONVERSATION, seq: 5 });
});

Deno.test("Connection confirms nothing above a hole, nor its own messages", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2), { delivered_seq: 2 });
  stage.socket.say(message(4));
  await stage.pass(300);
  assert.deepEqual(stage.socket.of("delivered"), []);
  const other = new Stage();
  await other.talking([message(1)], { delivered_seq: 1 });
  const draft = other.connection.send({ toUserId: 2, content: "mine" });
  other.socket.say(acknowledgement(draft?.id ?? "", 2));
  await other.pass(300);
  assert.deepEqual(other.socket.of("delivered"), []);
});

Deno.test("Connection.read() clears unread at once and is told once, again after a reconnect that lost it", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2), { unread: 2 });
  stage.connection.read(CONVERSATION, 2);
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.unread, 0);
  await stage.pass(100);
  stage.connection.read(CONVERSATION, 2);
  await stage.pass(100);
  assert.deepEqual(stage.socket.of("read").map(({ data }) => data), [{
    conversation_id: CONVERSATION,
    seq: 2,
  }]);
  assert.deepEqual(stage.socket.of("delivered"), [], "reading implies delivery");
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({ conversations: [conversation({ last: message(2), unread: 2 })] });
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.unread, 0);
  await stage.pass(100);
  assert.equal(stage.socket.of("read").length, 1);
});

Deno.test("Connection follows the marks of the other side and of one's other devices", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3), { unread: 3 });
  for (const userId of [PEER, SELF]) {
    stage.socket.say({
      type: "receipt",
      from_user_id: userId,
      timestamp: NOW,
      data: { conversation_id: CONVERSATION, delivered_seq: 3, read_seq: 2 },
    });
  }
  const info = stage.connection.state.chats.get(CONVERSATION)?.info;
  assert.deepEqual(
    [info?.peer_delivered_seq, info?.peer_read_seq, info?.read_seq, info?.unread],
    [3, 2, 2, 1],
  );
});

Deno.test("Connection counts as unread only what others wrote", async () => {
  const stage = new Stage();
  await stage.talking([message(1)], { read_seq: 1 });
  stage.socket.say(message(2));
  stage.socket.say(message(3, { from: SELF }));
  stage.socket.say(message(4));
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.unread, 2);
});

Deno.test("Connection takes delivered in an acknowledgement for the other side's mark", async () => {
  const stage = new Stage();
  await stage.talking();
  const draft = stage.connection.send({ toUserId: 2, content: "x" });
  stage.socket.say(acknowledgement(draft?.id ?? "", 1, "delivered"));
  assert.equal(stage.connection.state.chats.get(CONVERSATION)?.info.peer_delivered_seq, 1);
});

Deno.test("Connection knows who is online from the list, joins and leaves", async () => {
  const stage = new Stage();
  await stage.online();
  const person = (id: number, status: string): unknown => ({
    user_id: id,
    username: `u${id}`,
    avatar: "",
    status,
    last_seen: null,
  });
  const online = (): readonly number[] =>
    [...stage.connection.state.people.values()].filter(({ status }) => status === "online").map((one) =>
      one.user_id
    );
  stage.socket.say({
    type: "user_list",
    timestamp: NOW,
    data: { users: [person(1, "online"), person(2, "online")] },
  });
  stage.socket.say({ type: "join", from_user_id: 3, timestamp: NOW, data: person(3, "online") });
  stage.socket.say({ type: "leave", from_user_id: 2, timestamp: NOW, data: person(2, "offline") });
  assert.deepEqual(online(), [1, 3]);
  stage.socket.say({ type: "user_list", timestamp: NOW, data: { users: [person(2, "online")] } });
  assert.deepEqual(online(), [2], "a list tells of everybody");
});
