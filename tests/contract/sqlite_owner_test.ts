import { strict as assert } from "node:assert";
import { backup, DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { StoreRefusedError } from "../../db/errors.ts";
import { databasePath } from "../../db/sql/sqlite/files.ts";
import { AB, appendAll, BOB, draft, mark, ROOM, seqs, texts, viewOf } from "./drafts.ts";
import { openIn, TemporaryDirectory } from "./sqlite.ts";

Deno.test("SqliteStore.open() finds everything as it was left", async () => {
  await using directory = await TemporaryDirectory.make();
  let epoch: string;
  {
    await using store = await openIn(directory.path);
    epoch = store.facts.epoch;
    await store.users.create({
      username: "ann",
      email: "a@x.org",
      phone: "",
      passwordDigest: "d",
      createdAt: 1,
    });
    await appendAll(store.messages, ...texts(3, { clientId: null }), draft("once", { clientId: "id" }));
    await mark(store.messages, { read: { seq: 2 } });
    assert.equal(store.facts.usedInDebug, false);
    await store.noteDebugUse();
    await store.noteDebugUse();
    assert.equal(store.facts.usedInDebug, true);
  }
  await using store = await openIn(directory.path);
  assert.deepEqual([store.facts.epoch, store.facts.usedInDebug], [epoch, true]);
  assert.equal((await store.users.find({ login: "ann" }))?.passwordDigest, "d");
  assert.equal((await viewOf(store.messages, BOB)).unread, 2);
  const again = await appendAll(store.messages, draft("once", { clientId: "id" }), draft("new"));
  assert.deepEqual(seqs(again), [4, 5]);
});

Deno.test("SqliteStore keeps its directory and files from everybody else", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = join(directory.path, "deep", "data");
  await using store = await openIn(dataDir);
  await appendAll(store.messages, draft("private"));
  assert.equal(await modeOf(dataDir), "700");
  const files = await Array.fromAsync(Deno.readDir(dataDir), (entry) => entry.name);
  for (const file of ["chat.db", "chat.db-wal", "lock.db"]) assert.ok(files.includes(file), file);
  for (const file of files) assert.equal(await modeOf(join(dataDir, file)), "600", file);
});

Deno.test("SqliteStore.open() takes a file back that others could read", async () => {
  await using directory = await TemporaryDirectory.make();
  await (await openIn(directory.path))[Symbol.asyncDispose]();
  await Deno.chmod(databasePath(directory.path), 0o644);
  await using _store = await openIn(directory.path);
  assert.equal(await modeOf(databasePath(directory.path)), "600");
});

async function modeOf(path: string): Promise<string> {
  return (((await Deno.stat(path)).mode ?? 0) & 0o777).toString(8);
}

Deno.test("SqliteStore.open() refuses a directory that this process has open, and the owner goes on", async () => {
  await using directory = await TemporaryDirectory.make();
  await using store = await openIn(directory.path);
  for (let tries = 0; tries < 2; tries++) {
    await assert.rejects(openIn(directory.path), (error) => {
      assert.ok(error instanceof StoreRefusedError);
      assert.ok(error.message.includes(directory.path), error.message);
      assert.ok(error.message.includes("another"), error.message);
      return true;
    });
  }
  assert.deepEqual(seqs(await appendAll(store.messages, draft("still mine"))), [1]);
});

/** A process that opens the directory, stores messages one commit each, and says the seq of each. */
function writer(directory: string): Deno.ChildProcess {
  const program = `
    import { openIn } from ${JSON.stringify(import.meta.resolve("./sqlite.ts"))};
    import { appendAll, draft } from ${JSON.stringify(import.meta.resolve("./drafts.ts"))};
    const store = await openIn(${JSON.stringify(directory)});
    for (;;) {
      const [message] = await appendAll(store.messages, draft("text", { clientId: crypto.randomUUID() }));
      Deno.stdout.writeSync(new TextEncoder().encode(message.seq + "\\n"));
    }`;
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "-A",
      "--config",
      configPath(),
      "data:application/typescript," + encodeURIComponent(program),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

function configPath(): string {
  return new URL("../../deno.json", import.meta.url).pathname;
}

Deno.test("SqliteStore loses nothing it acknowledged when its process is killed, and another may take over", async () => {
  await using directory = await TemporaryDirectory.make();
  const before = await openIn(directory.path);
  await before[Symbol.asyncDispose]();
  const child = writer(directory.path);
  let text = "";
  let refused: unknown;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (refused !== undefined || text.split("\n").length < 50) continue;
    refused = await openIn(directory.path).then(() => null, (error: unknown) => error);
    child.kill("SIGKILL");
  }
  await child.status;
  assert.ok(refused instanceof StoreRefusedError, "while the other process lives, the directory is its own");

  const acknowledged = Number(text.trimEnd().split("\n").at(-1));
  await using store = await openIn(directory.path);
  assert.equal(store.facts.epoch, before.facts.epoch, "a crash is no restore");
  const view = await viewOf(store.messages, BOB);
  assert.ok(view.lastSeq >= acknowledged, `${acknowledged} acknowledged, ${view.lastSeq} stored`);
  assert.equal(view.unread, view.lastSeq, "marks and messages are of one commit");
  const [next] = await appendAll(store.messages, draft("after"));
  assert.equal(next?.seq, view.lastSeq + 1);
});

Deno.test("SqliteStore.open() refuses a schema that is newer than the program", async () => {
  await using directory = await TemporaryDirectory.make();
  await (await openIn(directory.path))[Symbol.asyncDispose]();
  const database = new DatabaseSync(databasePath(directory.path));
  database.exec("insert into kysely_migration (name, timestamp) values ('9999_later', '2030-01-01')");
  database.close();
  await assert.rejects(openIn(directory.path), (error) => {
    assert.ok(error instanceof StoreRefusedError);
    assert.match(error.message, /newer version.*9999_later/);
    return true;
  });
  // The refused start left the lock.
  await assert.rejects(openIn(directory.path), /newer version/);
});

Deno.test("SqliteStore.open() refuses what is no directory and no database, naming it", async () => {
  await using directory = await TemporaryDirectory.make();
  const file = join(directory.path, "file");
  await Deno.writeTextFile(file, "text");
  await assert.rejects(
    openIn(file),
    (error) => error instanceof StoreRefusedError && error.message.includes(file),
  );
  const data = join(directory.path, "data");
  await Deno.mkdir(data);
  await Deno.writeTextFile(databasePath(data), "this is not a database, however long it may be".repeat(100));
  await assert.rejects(
    openIn(data),
    (error) => error instanceof StoreRefusedError && error.message.includes("chat.db"),
  );
  assert.match(await Deno.readTextFile(databasePath(data)), /^this is not/, "and leaves it alone");
});

Deno.test("SqliteStore.open() gives a backup that is copied into the file another epoch", async () => {
  await using directory = await TemporaryDirectory.make();
  const path = databasePath(directory.path);
  const copy = join(directory.path, "backup.db");
  const epochs: string[] = [];
  for (let run = 0; run < 4; run++) {
    await using store = await openIn(directory.path);
    epochs.push(store.facts.epoch);
    await appendAll(store.messages, draft(`run ${run}`));
    if (run === 1) await backup(store.database.raw, copy);
  }
  assert.equal(new Set(epochs).size, 1, "an ordinary restart keeps the epoch");
  await Deno.writeFile(path, await Deno.readFile(copy));
  await using store = await openIn(directory.path);
  assert.notEqual(store.facts.epoch, epochs[0]);
  assert.equal((await viewOf(store.messages, BOB)).lastSeq, 2);
});

Deno.test("SqliteStore.open() gives a copy that is put in its place another epoch", async () => {
  await using directory = await TemporaryDirectory.make();
  const data = join(directory.path, "data");
  let epoch: string;
  {
    await using store = await openIn(data);
    epoch = store.facts.epoch;
    await appendAll(store.messages, draft("before the backup"));
  }
  const copy = join(directory.path, "backup.db");
  await Deno.copyFile(databasePath(data), copy);
  {
    await using store = await openIn(data);
    assert.equal(store.facts.epoch, epoch);
    await appendAll(store.messages, draft("lost"));
  }
  await Deno.remove(data, { recursive: true });
  await Deno.mkdir(data);
  await Deno.copyFile(copy, databasePath(data));
  await using store = await openIn(data);
  assert.notEqual(store.facts.epoch, epoch);
  assert.deepEqual(seqs((await store.messages.list(AB, { limit: 5, maxBytes: ROOM })).messages), [1]);
});
