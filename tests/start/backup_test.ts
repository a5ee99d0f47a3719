/** `backup` and `restore` on the command line, beside a server that people write to. */
import assert from "node:assert/strict";
import { runProgram } from "../support/program.ts";
import { programCommand, type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { openIn } from "../contract/sqlite.ts";

/** What a message was acknowledged with. */
interface Kept {
  readonly id: string;
  readonly seq: number;
}

const SENDERS = [11, 12, 13, 14];
const HUB = 1;
const NO_LIMITS = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" };

async function run(
  directory: string,
  args: readonly string[],
): ReturnType<typeof runProgram> {
  return await runProgram({ command: programCommand(directory), args: [...args] });
}

function epochOf(client: SocketClient | undefined): unknown {
  const epoch = client?.frames.find(({ type }) => type === "welcome")?.data?.["epoch"];
  assert.equal(typeof epoch, "string");
  return epoch;
}

/** Sends one after the other until the server is gone. */
async function write(client: SocketClient, kept: Kept[]): Promise<void> {
  try {
    for (let n = 0;; n++) {
      const answer = await client.ask({ type: "private", to_user_id: HUB, content: `text ${n}` });
      kept.push({ id: String(answer.data?.["message_id"]), seq: Number(answer.data?.["seq"]) });
    }
  } catch {
    // Killed.
  }
}

async function stored(server: RunningServer, sender: number): Promise<readonly Kept[]> {
  await using client = await SocketClient.as(server.url, sender);
  const all: Kept[] = [];
  let before: number | undefined;
  while (true) {
    const page = await client.ask({
      type: "history",
      to_user_id: HUB,
      data: { limit: 100, ...(before === undefined ? {} : { before_seq: before }) },
    });
    const messages = page.data?.["messages"] as {
      readonly id: string;
      readonly data: { readonly seq: number };
    }[];
    const kept = messages.map(({ id, data: { seq } }) => ({ id, seq })).sort((one, other) =>
      one.seq - other.seq
    );
    all.unshift(...kept);
    if (page.data?.["has_more"] !== true) return all;
    before = kept[0]?.seq;
  }
}

Deno.test("what was acknowledged before a backup began is in it, whole, while people write and after a kill", async () => {
  await using directory = await TemporaryDirectory.make();
  const { path } = directory;
  const command = programCommand(path);
  const file = `${path}/chat.backup`;
  const kept = new Map(SENDERS.map((sender): [number, Kept[]] => [sender, []]));
  let before: ReadonlyMap<number, readonly Kept[]>;
  let epoch: unknown;
  {
    await using server = await startServer({ dataDir: `${path}/old`, command, env: NO_LIMITS });
    const clients = await Promise.all(SENDERS.map((sender) => SocketClient.as(server.url, sender)));
    const [first] = clients;
    epoch = epochOf(first);
    const writing = SENDERS.map((sender, at) => {
      const client = clients[at];
      assert.ok(client !== undefined);
      return write(client, kept.get(sender) ?? []);
    });
    for (const client of clients) for (let n = 0; n < 20; n++) await client.ask({ type: "ping" });
    before = new Map([...kept].map(([sender, all]) => [sender, [...all]]));
    const done = await run(path, ["backup", file, "--data", `${path}/old`, "--json"]);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(JSON.parse(done.stdout).file, file);
    const counts = [...kept.values()].map(({ length }) => length);
    assert.ok(
      counts.every((count, at) => count > (before.get(SENDERS[at] ?? 0)?.length ?? 0)),
      "people wrote on",
    );
    await server.kill();
    await Promise.all(writing);
    for (const client of clients) await client[Symbol.asyncDispose]();
  }
  assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
  const verified = await run(path, ["backup", "--verify", file]);
  assert.equal(verified.code, 0, verified.stderr);
  assert.match(verified.stdout, /: whole; .*\n(.*\n)*messages +\d+ +sha256/);
  const restored = await run(path, ["restore", file, "--data", `${path}/new`]);
  assert.equal(restored.code, 0, restored.stderr);
  await using server = await startServer({ dataDir: `${path}/new`, command, env: NO_LIMITS });
  for (const [sender, all] of before) {
    assert.ok(all.length > 0);
    const there = await stored(server, sender);
    assert.deepEqual(there.slice(0, all.length), all, "the same ids and seqs");
    assert.deepEqual(there.map(({ seq }) => seq), there.map((_, at) => at + 1), "nothing is missing between");
  }
  await using ann = await SocketClient.as(server.url, HUB);
  assert.notEqual(epochOf(ann), epoch, "a client with an old cache drops it");
});

Deno.test("backup replaces nothing unless told to, and restore only fills what is empty and unused", async () => {
  await using directory = await TemporaryDirectory.make();
  const { path } = directory;
  const file = `${path}/chat.backup`;
  const data = ["--data", `${path}/old`];
  await using server = await startServer({ dataDir: `${path}/old`, command: programCommand(path) });
  {
    await using ann = await SocketClient.as(server.url, 1);
    await ann.ask({ type: "private", to_user_id: 2, content: "one" });
  }
  assert.equal((await run(path, ["backup", file, ...data])).code, 0);
  const again = await run(path, ["backup", file, ...data]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /is there already, choose another name or give --force/);
  assert.equal((await run(path, ["backup", file, "--force", ...data])).code, 0);
  const busy = await run(path, ["restore", file, ...data]);
  assert.equal(busy.code, 2);
  assert.match(busy.stderr, /another Go Chat is using it/);
  await server.stop();
  const full = await run(path, ["restore", file, ...data]);
  assert.equal(full.code, 2);
  assert.match(full.stderr, /the store is not empty/);
});

Deno.test("an altered file is refused before anything is restored, and nothing is there", async () => {
  await using directory = await TemporaryDirectory.make();
  const { path } = directory;
  const file = `${path}/chat.backup`;
  {
    await using _store = await openIn(`${path}/old`);
  }
  assert.equal((await run(path, ["backup", file, "--data", `${path}/old`])).code, 0);
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
  await Deno.writeFile(file, bytes);
  const refused = await run(path, ["restore", file, "--data", `${path}/new`]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^Cannot use the backup ".*": /m);
  await assert.rejects(Deno.stat(`${path}/new`), Deno.errors.NotFound);
});

Deno.test("a store with an interrupted restore is refused until the restore is ended", async () => {
  await using directory = await TemporaryDirectory.make();
  const { path } = directory;
  const file = `${path}/chat.backup`;
  {
    await using _store = await openIn(`${path}/old`);
  }
  assert.equal((await run(path, ["backup", file, "--data", `${path}/old`])).code, 0);
  const { id } = JSON.parse(new TextDecoder().decode(await Deno.readFile(file)).split("\n", 1).join(""));
  {
    await using half = await openIn(`${path}/new`);
    await half.noteCopy(`backup ${id}`);
  }
  const data = ["--data", `${path}/new`];
  const refused = await run(path, ["--port", "0", ...data]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Cannot start: a restore into this store was interrupted/);
  assert.equal((await run(path, ["restore", file, ...data])).code, 0);
  await using _server = await startServer({ dataDir: `${path}/new`, command: programCommand(path) });
});
