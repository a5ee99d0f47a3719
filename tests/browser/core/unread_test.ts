import assert from "node:assert/strict";
import type { Conversation } from "../../../realtime/frames.ts";
import { settle } from "../../support/fake_clock.ts";
import {
  acknowledgement,
  CONVERSATION,
  conversation,
  message,
  messages,
  refusal,
  SELF,
  Stage,
} from "./stage.ts";

function info(stage: Stage): Conversation {
  const chat = stage.connection.state.chats.get(CONVERSATION);
  assert.ok(chat !== undefined);
  return chat.info;
}

Deno.test("Connection counts what was skipped over once it comes, and never twice", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2), { read_seq: 2 });
  stage.socket.say(message(6));
  stage.socket.say(message(5, { from: SELF }));
  await stage.pass(500);
  await stage.answerHistory([...messages(3, 4), message(5, { from: SELF }), message(6)]);
  assert.equal(info(stage).unread, 3);
});

Deno.test("Connection does not count again what the server had counted, when its hole is filled", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 10), { read_seq: 10 });
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(200), read_seq: 10, unread: 190 })],
    messages: { [CONVERSATION]: messages(151, 200) },
    limited: { [CONVERSATION]: true },
  });
  stage.socket.say(message(201));
  await stage.answerHistory(messages(11, 110), true);
  await stage.answerHistory(messages(111, 200));
  assert.equal(info(stage).unread, 191);
});

Deno.test("Connection keeps its newer message when a sync answers with an older moment", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 3));
  stage.socket.drop(1006);
  const draft = stage.connection.send({ toUserId: 2, content: "mine" });
  await stage.pass(500);
  await stage.welcome();
  stage.socket.say(acknowledgement(draft?.id ?? "", 4));
  await stage.answerSync({ conversations: [conversation({ last: message(3), unread: 3 })] });
  assert.equal(info(stage).last_seq, 4);
  assert.equal(info(stage).last_message?.content, "mine");
  assert.equal(info(stage).unread, 3);
  assert.deepEqual(stage.seqs, [1, 2, 3, 4]);
});

Deno.test("Connection tells its marks anew where the store has lost them", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 9), { unread: 9 });
  stage.connection.read(CONVERSATION, 9);
  await stage.pass(100);
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(2), unread: 2 })],
    messages: { [CONVERSATION]: messages(1, 2) },
    reset: [CONVERSATION],
  });
  assert.equal(info(stage).unread, 2);
  assert.equal(info(stage).read_seq, 0);
  stage.connection.read(CONVERSATION, 2);
  await stage.pass(100);
  assert.deepEqual(stage.socket.last("read").data, { conversation_id: CONVERSATION, seq: 2 });
});

Deno.test("Connection gives up a hole that it may not look into, and fills the others", async () => {
  const stage = new Stage();
  await stage.talking(messages(1, 2));
  const other = (seq: number): ReturnType<typeof message> => {
    const { data, ...rest } = message(seq, { from: 3 });
    return { ...rest, data: { ...data, conversation_id: "1-3" } };
  };
  stage.socket.say(other(1));
  stage.socket.say(message(5));
  stage.socket.say(other(4));
  await stage.pass(500);
  const { id } = stage.socket.last("history");
  stage.socket.say(refusal(id, { code: 403, error: "not_a_member" }));
  await settle();
  assert.equal(stage.socket.last("history").data?.["conversation_id"], "1-3");
  assert.deepEqual(stage.seqs, [5]);
});

Deno.test("Connection confirms delivery at once while nobody looks, as timers are slow then", async () => {
  const stage = new Stage();
  await stage.talking([message(1)], { delivered_seq: 1 });
  await stage.pass(100);
  await stage.connection.doze();
  stage.socket.say(message(2));
  stage.socket.say(message(3));
  await settle();
  assert.deepEqual(stage.socket.of("delivered").map(({ data }) => data?.["seq"]), [3]);
  stage.connection.wake();
  stage.socket.say(message(4));
  await settle();
  assert.equal(stage.socket.of("delivered").length, 1);
});
