/** Isolates of one program on databases: with MySQL alone they share its one owner, with a Redis each is an instance. */
import assert from "node:assert/strict";
import { openAs, startTwo } from "../../support/isolates.ts";
import { createDatabase, shareMariadb } from "../../support/mariadb.ts";
import type { RunningServer } from "../../support/server.ts";
import { startServers } from "./started.ts";

await shareMariadb();

/** People in two isolates write to each other, also at once; then the program ends as it should. */
async function theyTalk(server: RunningServer): Promise<void> {
  const ann = await openAs(server, 0, 1);
  const bob = await openAs(server, 1, 2);
  for (let n = 0; n < 10; n++) {
    ann.send({ type: "private", id: `a${n}`, "to_user_id": 2, content: `a${n}` });
    bob.send({ type: "private", id: `b${n}`, "to_user_id": 1, content: `b${n}` });
  }
  for (const [socket, own] of [[ann, "a"], [bob, "b"]] as const) {
    for (let n = 0; n < 10; n++) await socket.next("private");
    await socket.settled();
    const heard = socket.frames.filter(({ type }) => type === "private");
    assert.ok(heard.every(({ content }) => content?.startsWith(own) === false));
    assert.equal(socket.frames.filter(({ type }) => type === "read").length >= 10, true);
  }
  const page = await ann.ask({ type: "history", "to_user_id": 2, data: { limit: 100 } });
  const messages = page.data?.["messages"];
  assert.ok(Array.isArray(messages));
  assert.equal(messages.length, 20);
  assert.equal(await server.stop(), 0);
  for (const socket of [ann, bob]) assert.equal((await socket.closed).code, 1012);
}

Deno.test("isolates of one program share a MySQL that has one owner", async () => {
  await using database = await createDatabase();
  await using server = await startTwo({ env: { CHAT_MYSQL_URL: database.url } });
  await theyTalk(server);
});

Deno.test("isolates of one program on MySQL and Redis are instances of their own, beside another program's", async () => {
  await using started = await startServers(1);
  await using server = await startTwo({ env: started.env });
  await theyTalk(server);
});
