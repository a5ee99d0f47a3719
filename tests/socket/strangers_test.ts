/** Whoever asks for what others have hears the same whether it exists or not, and an operator hears of them. */
import assert from "node:assert/strict";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

/** Frames for a conversation, each of which names it in its own way. */
const FRAMES = (id: string): readonly { readonly type: string; readonly [key: string]: unknown }[] => [
  { type: "private", content: "hello", data: { conversation_id: id } },
  { type: "history", data: { conversation_id: id } },
  { type: "read", data: { conversation_id: id, seq: 1 } },
  { type: "delivered", data: { conversation_id: id, seq: 1 } },
];

Deno.test("conversations of others are 403 whether they exist or not, by every frame, and the log tells", async () => {
  await using server = await startServer();
  await using ann = await SocketClient.as(server.url, 1);
  await ann.ask({ type: "private", to_user_id: 2, content: "between us" });
  await using carl = await SocketClient.as(server.url, 3);
  const answers: string[] = [];
  for (const id of ["1-2", "8-9", "nonsense"]) {
    for (const frame of FRAMES(id)) {
      const { type, data } = await carl.ask(frame);
      answers.push(`${type} ${data?.["code"]} ${data?.["error"]}`);
    }
  }
  assert.deepEqual([...new Set(answers)], ["error 403 not_a_member"]);
  await server.waitForLog(/Connection \S+ of user 3 asks for a conversation of others/);
  const answer = await fetch(new URL("/api/v1/conversations/1-2/messages?user_id=3", server.url));
  assert.equal(answer.status, 403);
  await answer.body?.cancel();
  await server.waitForLog(/Request \S+ asks for a conversation of others/);
  await using bob = await SocketClient.as(server.url, 2);
  const sync = await bob.ask({ type: "sync", data: {} });
  assert.match(JSON.stringify(sync.data), /"last_seq":1/, "Nothing of Carl's got in");
});
