/** `copy` on the command line, between embedded stores; between others in tests/backends. */
import assert from "node:assert/strict";
import { openIn } from "../contract/sqlite.ts";
import { runProgram } from "../support/program.ts";
import { programCommand, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

async function copy(directory: string): ReturnType<typeof runProgram> {
  const addresses = ["--from", `sqlite:${directory}/from`, "--to", `sqlite:${directory}/to`];
  return await runProgram({ command: programCommand(directory), args: ["copy", ...addresses] });
}

Deno.test("copy brings a store into an empty one, proves it, and replaces nothing", async () => {
  await using directory = await TemporaryDirectory.make();
  {
    await using server = await startServer({
      dataDir: `${directory.path}/from`,
      command: programCommand(directory.path),
    });
    await using ann = await SocketClient.as(server.url, 1);
    for (const content of ["one", "two"]) await ann.ask({ type: "private", to_user_id: 2, content });
    const busy = await copy(directory.path);
    assert.equal(busy.code, 2);
    assert.match(busy.stderr, /another Go Chat is using it/);
    await server.stop();
  }
  const done = await copy(directory.path);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /messages +2 +sha256 [0-9a-f]{64}\n/);
  const again = await copy(directory.path);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /is not empty/);
  await using server = await startServer({
    dataDir: `${directory.path}/to`,
    command: programCommand(directory.path),
  });
  await using bob = await SocketClient.as(server.url, 2);
  const history = await bob.ask({ type: "history", to_user_id: 1 });
  assert.match(JSON.stringify(history.data?.["messages"]), /"content":"one".*"content":"two"/);
});

Deno.test("a store with an interrupted copy is refused until the copy is ended", async () => {
  await using directory = await TemporaryDirectory.make();
  {
    await using from = await openIn(`${directory.path}/from`);
    await using to = await openIn(`${directory.path}/to`);
    await to.noteCopy(from.facts.epoch);
  }
  const command = programCommand(directory.path);
  const args = ["--data", `${directory.path}/to`, "--port", "0"];
  const refused = await runProgram({ command, args });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /Cannot start: a copy into this store was interrupted/);
  assert.equal((await copy(directory.path)).code, 0);
  await using _server = await startServer({ dataDir: `${directory.path}/to`, command });
});
