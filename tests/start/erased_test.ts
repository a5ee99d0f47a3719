/** Erasing by a running program: what is due, and what a kill cut short. */
import assert from "node:assert/strict";
import { directConversation } from "../../db/model.ts";
import { openIn } from "../contract/sqlite.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const MARKER = "zebra-7c41";

/** Ann has written to Bob, and is to be erased; or was, in part. */
async function furnish(
  dataDir: string,
  begun: boolean,
): Promise<{ readonly ann: number; readonly bob: number }> {
  await using store = await openIn(dataDir);
  const create = async (username: string): Promise<number> =>
    (await store.users.create({
      username,
      email: `${username}@example.com`,
      phone: "",
      passwordDigest: "x",
      createdAt: 1,
    })).id;
  const [bob, ann] = [await create("bob"), await create("ann")];
  const drafts = Array.from({ length: 500 }, (_, at) => ({
    conversation: directConversation(ann, bob),
    senderId: ann,
    clientId: `id ${at}`,
    messageId: crypto.randomUUID(),
    kind: "text" as const,
    content: `${MARKER} ${at}`,
    createdAt: 1_000 + at,
  }));
  await store.messages.commit({ drafts, marks: [] });
  if (begun) await store.erasures.begin(ann, { now: 2_000, againAt: 2_000 });
  else await store.erasures.schedule(ann, 2_000);
  return { ann, bob };
}

async function isIn(dataDir: string, text: string): Promise<boolean> {
  for await (const { name, isFile } of Deno.readDir(dataDir)) {
    if (!isFile) continue;
    const bytes = await Deno.readFile(`${dataDir}/${name}`);
    if (new TextDecoder("latin1").decode(bytes).includes(text)) return true;
  }
  return false;
}

Deno.test("A program goes on with an erasure that a kill cut short, and a device finds it by sync", async () => {
  await using directory = await TemporaryDirectory.make();
  const { ann, bob } = await furnish(directory.path, true);
  assert.equal(await isIn(directory.path, MARKER), true);
  await using server = await startServer({ dataDir: directory.path });
  await using client = await SocketClient.as(server.url, bob);
  await server.waitForLog(/Erased 1 accounts/);
  assert.equal(await isIn(directory.path, MARKER), false, "nor while the program runs");
  const { id } = directConversation(ann, bob);
  const sync = await client.ask({ type: "sync", data: { have: { [id]: 500 } } });
  const told = JSON.stringify(sync);
  assert.ok(told.includes(`"reset":["${id}"]`), told.slice(0, 500));
  assert.ok(told.includes('"last_change":1000') && !told.includes(MARKER));
});

Deno.test("A program erases an account whose time has come, and tells whoever is connected", async () => {
  await using directory = await TemporaryDirectory.make();
  const { ann, bob } = await furnish(directory.path, false);
  await using server = await startServer({ dataDir: directory.path });
  await using client = await SocketClient.as(server.url, bob);
  await client.next("resync");
  const history = await client.ask({ type: "history", to_user_id: ann });
  assert.ok(!JSON.stringify(history).includes(MARKER));
  const profile = await fetch(new URL(`/api/v1/user/profile?id=${ann}`, server.url));
  assert.equal(profile.status, 404);
  await profile.body?.cancel();
});
