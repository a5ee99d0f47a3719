import assert from "node:assert/strict";
import { noticeOf } from "../../../static/core/notice_text.js";
import { acknowledgement, CONVERSATION, conversation, message, messages, SELF, Stage } from "./stage.ts";

/** The seqs of what arrives. */
function arrivals(stage: Stage): number[] {
  const seqs: number[] = [];
  stage.connection.on("arrived", ({ data }) => void seqs.push(data.seq));
  return seqs;
}

Deno.test("Connection says what arrives: live, of others, once, and not what was read", async () => {
  const stage = new Stage();
  await stage.talking([message(1)], { read_seq: 3 });
  const seqs = arrivals(stage);
  stage.socket.say(message(3));
  stage.socket.say(message(4));
  stage.socket.say(message(4));
  stage.socket.say(message(5, { from: SELF }));
  const draft = stage.connection.send({ toUserId: 2, content: "own" });
  stage.socket.say(acknowledgement(draft?.id ?? "", 6));
  assert.deepEqual(seqs, [4]);
});

Deno.test("Connection says of what came while it was away the newest of a conversation, and nothing at first", async () => {
  const stage = new Stage();
  const seqs = arrivals(stage);
  await stage.talking(messages(1, 3), { unread: 3 });
  assert.deepEqual(seqs, []);
  stage.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  await stage.answerSync({
    conversations: [conversation({ last: message(9), unread: 9 })],
    messages: { [CONVERSATION]: messages(4, 9) },
  });
  assert.deepEqual(seqs, [9]);
  stage.socket.drop(1006);
  await stage.pass(1_000);
  await stage.welcome();
  await stage.answerSync({ conversations: [conversation({ last: message(9), unread: 9 })] });
  await stage.pass(1_000);
  assert.deepEqual(seqs, [9], "a mark that moved is no message");
});

Deno.test("noticeOf() names who wrote, and shows the first line, cut", async () => {
  const stage = new Stage();
  await stage.talking([message(1)]);
  const { state } = stage.connection;
  const notice = (content: string, from = 2): { title: string; body: string } =>
    noticeOf(state, { ...message(2, { from }), content });
  assert.deepEqual(notice("\n  hello there \nand more"), { title: "bob", body: "hello there" });
  assert.equal(notice("x".repeat(500)).body, `${"x".repeat(120)}…`);
  assert.equal([...notice("😀".repeat(500)).body].length, 121);
  assert.equal(notice("abc\u202egnp.exe").body, "abcgnp.exe", "nothing turns the line round");
  assert.deepEqual(notice("", 77), { title: "#77", body: "" });
});
