import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { signUpOwner } from "../support/owner.ts";
import { runProgram } from "../support/program.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** What a start in a data directory says when it is refused: exit code 2 and one line. */
async function refusal(dataDir: string, args: readonly string[] = ["--mode", "debug"]): Promise<string> {
  const ended = await runProgram({ dataDir, args: ["--host", "127.0.0.1", "--port", "0", ...args] });
  assert.equal(ended.code, 2, ended.stderr);
  assert.equal(ended.stdout, "");
  const lines = ended.lines.filter((line) => !line.startsWith("{"));
  assert.equal(lines.length, 1, ended.stderr);
  return lines[0] ?? "";
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("a start makes the data directory and everything in it for its owner alone", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.at("made/here");
  await using server = await startServer({ dataDir });
  assert.equal(await modeOf(dataDir), 0o700);
  const names = await Array.fromAsync(Deno.readDir(dataDir), (entry) => entry.name);
  assert.ok(names.includes("secret"));
  for (const name of names) assert.equal(await modeOf(`${dataDir}/${name}`), 0o600, name);
  const secret = await Deno.readTextFile(`${dataDir}/secret`);
  assert.ok(!(server.stdout() + server.stderr()).includes(secret.trim()));
});

Deno.test("a generated secret survives a restart, a given one needs none", async () => {
  await using directory = await TemporaryDirectory.make();
  const first = await startServer({ dataDir: directory.path });
  assert.equal(await first.stop(), 0);
  const secret = await Deno.readTextFile(directory.at("secret"));
  const second = await startServer({ dataDir: directory.path });
  assert.equal(await second.stop(), 0);
  assert.equal(await Deno.readTextFile(directory.at("secret")), secret);
  await Deno.remove(directory.at("secret"));
  await using _third = await startServer({ dataDir: directory.path, env: { CHAT_SECRET: "x".repeat(32) } });
  await assert.rejects(Deno.stat(directory.at("secret")), Deno.errors.NotFound);
});

Deno.test("a second process on one data directory is refused, and the first goes on", async () => {
  await using server = await startServer();
  assert.match(await refusal(server.dataDir), /another Go Chat is using it/);
  await using socket = await SocketClient.as(server.url, 1);
  await socket.ask({ type: "private", id: "still-here", to_user_id: 2, content: "hello" });
});

Deno.test("a data directory is free again as soon as its owner was killed", async () => {
  await using directory = await TemporaryDirectory.make();
  const first = await startServer({ dataDir: directory.path });
  await first.kill();
  await using _second = await startServer({ dataDir: directory.path });
});

Deno.test("a schema newer than the program is refused", async () => {
  await using directory = await TemporaryDirectory.make();
  const server = await startServer({ dataDir: directory.path });
  assert.equal(await server.stop(), 0);
  const database = new DatabaseSync(directory.at("chat.db"));
  database.prepare("insert into kysely_migration (name, timestamp) values ('9999_future', 'later')").run();
  database.close();
  assert.match(
    await refusal(directory.path),
    /a newer version of this program wrote it \(schema "9999_future"\)/,
  );
});

Deno.test("a file in the place of the data directory is refused", async () => {
  await using directory = await TemporaryDirectory.make();
  const file = await directory.write("file", "");
  assert.match(await refusal(file), /CHAT_DATA_DIR cannot be ".+" \(from flag --data\).+is a file/);
  assert.match(await refusal(`${file}/below`), /CHAT_DATA_DIR/);
});

Deno.test("a database that is none is refused, and left as it is", async () => {
  await using directory = await TemporaryDirectory.make();
  const garbage = "this is not a database, it is a text about one\n".repeat(100);
  const file = await directory.write("chat.db", garbage);
  assert.ok((await refusal(directory.path)).includes("chat.db"));
  assert.equal(await Deno.readTextFile(file), garbage);
});

Deno.test("a damaged secret is refused without being printed", async () => {
  await using directory = await TemporaryDirectory.make();
  await directory.write("secret", "hush\n");
  const line = await refusal(directory.path);
  assert.match(line, /secret is damaged/);
  assert.ok(!line.includes("hush"));
});

Deno.test("release refuses a store where debug wrote for ids without an account, debug does not", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  {
    await using server = await startServer({ dataDir });
    await using socket = await SocketClient.as(server.url, 7);
    await socket.ask({ type: "private", id: "by-nobody", to_user_id: 8, content: "hello" });
    assert.equal(await server.stop(), 0);
  }
  const line = await refusal(dataDir, ["--mode", "release"]);
  assert.match(line, /CHAT_APP_MODE cannot be "release" \(from flag --mode\).+such as 7/);
  await using _again = await startServer({ dataDir });
});

Deno.test("release takes a store where debug only registered people", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const debug = await startServer({ dataDir });
  for (const username of ["ann", "bob"]) {
    const person = { username, email: `${username}@example.com`, password: "123456" };
    const answer = await fetch(new URL("/api/v1/auth/register", debug.url), {
      method: "POST",
      body: JSON.stringify(person),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
  {
    await using socket = await SocketClient.as(debug.url, 1);
    await socket.ask({ type: "private", id: "by-ann", to_user_id: 2, content: "hello" });
  }
  assert.equal(await debug.stop(), 0);
  await using release = await startServer({ dataDir, mode: "release" });
  assert.ok(!release.stdout().includes("invite"));
});

Deno.test("release prints the first owner's invite until there is an account", async () => {
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  const first = await startServer({ dataDir, mode: "release" });
  assert.ok(first.stdout().includes(`${first.url.href}#invite=`));
  assert.ok(!first.stderr().includes("invite="));
  assert.equal((await signUpOwner(first)).id, 1);
  assert.equal(await first.stop(), 0);
  await using second = await startServer({ dataDir, mode: "release" });
  assert.ok(!second.stdout().includes("invite"));
});
