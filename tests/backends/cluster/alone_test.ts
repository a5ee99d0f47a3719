/** Several instances without a Redis are not several instances: the second one says so and ends. */
import assert from "node:assert/strict";
import { shareMariadb } from "../../support/mariadb.ts";
import { runProgram } from "../../support/program.ts";
import { startServer } from "../../support/server.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { startServers } from "./started.ts";

await shareMariadb();

/** The last line of a program that ended with 2. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  await using directory = await TemporaryDirectory.make();
  const ended = await runProgram({ dataDir: directory.path, env, args: ["--mode", "debug", "--port", "0"] });
  assert.equal(ended.code, 2, ended.stderr);
  return ended.lines.at(-1) ?? "";
}

Deno.test("without Redis a second instance refuses to start beside one with and beside one without", async () => {
  await using started = await startServers(0);
  const { CHAT_REDIS_URL: _, ...alone } = started.env;
  {
    await using _owner = await startServer({ env: alone });
    assert.match(await refusal(alone), /MySQL at .*Redis/);
    assert.match(await refusal(started.env), /MySQL at .*Redis/);
  }
  await started.add();
  assert.match(await refusal(alone), /MySQL at .*Redis/);
});
