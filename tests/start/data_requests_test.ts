/** `user export`, `user erase` and `user keep` on the command line. */
import assert from "node:assert/strict";
import { strFromU8, unzipSync } from "fflate";
import { directConversation } from "../../db/model.ts";
import { openIn } from "../contract/sqlite.ts";
import { runProgram } from "../support/program.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const MARKER = "zebra-7c41";

/** Bob is the owner; Ann has written to him, and holds the marker. */
async function furnish(dataDir: string): Promise<{ readonly ann: number; readonly bob: number }> {
  await using store = await openIn(dataDir);
  const create = async (username: string): Promise<number> => {
    const email = `${username}@example.com`;
    return (await store.users.create({ username, email, phone: "", passwordDigest: "x", createdAt: 1 })).id;
  };
  const [bob, ann] = [await create("bob"), await create("ann")];
  const draft = {
    conversation: directConversation(ann, bob),
    senderId: ann,
    clientId: null,
    messageId: crypto.randomUUID(),
    kind: "text",
    content: MARKER,
    createdAt: 1_000,
  } as const;
  await store.messages.commit({ drafts: [draft], marks: [] });
  return { ann, bob };
}

Deno.test("user export writes what a person has, for the owner of the file alone, and replaces nothing", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const { ann } = await furnish(dataDir);
  const file = `${dataDir}/ann.zip`;
  const done = await runProgram({ dataDir, args: ["user", "export", "ann", file, "--json"] });
  assert.equal(done.code, 0, done.stderr);
  const { size, mode } = await Deno.stat(file);
  assert.deepEqual(JSON.parse(done.stdout), {
    user_id: ann,
    username: "ann",
    file,
    bytes: size,
    messages: 1,
  });
  assert.equal((mode ?? 0) & 0o777, 0o600);
  const files = Object.entries(unzipSync(await Deno.readFile(file)));
  assert.equal(files.filter(([, bytes]) => strFromU8(bytes).includes(MARKER)).length, 2);
  const again = await runProgram({ dataDir, args: ["user", "export", "ann", file] });
  assert.deepEqual([again.code, again.lines.length], [1, 1]);
  assert.match(again.stderr, /there is a file by that name/);
  const nobody = await runProgram({ dataDir, args: ["user", "export", "eve", `${dataDir}/eve.zip`] });
  assert.deepEqual([nobody.code, nobody.lines.length], [1, 1], nobody.stderr);
  const wrong = await runProgram({ dataDir, args: ["user", "export", "ann", "x.zip", "--language", "fr"] });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--language cannot be "fr", allowed: en, zh/);
});

Deno.test("user export writes what a person has while the server runs and people chat", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const { ann, bob } = await furnish(dataDir);
  await using server = await startServer({ dataDir });
  await using client = await SocketClient.as(server.url, bob);
  const text = "written beside the export";
  await client.ask({ type: "private", to_user_id: ann, content: text });
  const file = `${dataDir}/ann.zip`;
  const exporting = runProgram({ dataDir, args: ["user", "export", "ann", file, "--json"] });
  const beside = await client.ask({ type: "private", to_user_id: ann, content: "and another" });
  assert.equal(beside.data?.["status"], "stored");
  const done = await exporting;
  assert.equal(done.code, 0, done.stderr);
  assert.equal(JSON.parse(done.stdout).user_id, ann);
  const files = Object.values(unzipSync(await Deno.readFile(file))).map((bytes) => strFromU8(bytes));
  assert.equal(files.filter((one) => one.includes(MARKER) && one.includes(text)).length, 2);
});

Deno.test("user erase asks, erases at once or later, and user keep takes it back", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const { ann, bob } = await furnish(dataDir);
  const run = (...args: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram({ dataDir, args: ["user", ...args] });
  const silent = await run("erase", "ann");
  assert.equal(silent.code, 2);
  assert.match(silent.stderr, /nobody can be asked here, allowed: --yes/);
  const later = await run("erase", "ann", "--after", "7", "--yes");
  assert.equal(later.code, 0, later.stderr);
  assert.match(later.stdout, /will be erased from \S+Z on; user keep takes it back/);
  assert.match((await run("keep", "ann@example.com")).stdout, /^"ann" \(\d+\) is kept\n$/);
  assert.match((await run("keep", String(ann))).stdout, /and was not to be erased/);
  const owner = await run("erase", "bob", "--yes");
  assert.deepEqual([owner.code, owner.lines.length], [1, 1], owner.stderr);
  {
    await using server = await startServer({ dataDir });
    await using client = await SocketClient.as(server.url, bob);
    const asked = await run("erase", "ann", "--after", "7", "--yes");
    assert.equal(asked.code, 0, asked.stderr);
    assert.match((await run("keep", "ann")).stdout, /^"ann" \(\d+\) is kept\n$/);
    const erased = await run("erase", "ann", "--yes", "--json");
    assert.equal(erased.code, 0, erased.stderr);
    assert.deepEqual(JSON.parse(erased.stdout), {
      user_id: ann,
      erase_at: null,
      messages: 1,
      conversations: 1,
    });
    await client.next("resync");
    await server.stop();
  }
  const again = await run("erase", "ann", "--yes");
  assert.equal(again.code, 1);
  await using server = await startServer({ dataDir });
  await using client = await SocketClient.as(server.url, bob);
  const history = JSON.stringify(await client.ask({ type: "history", to_user_id: ann }));
  assert.ok(history.includes('"deleted_at"') && !history.includes(MARKER));
});
