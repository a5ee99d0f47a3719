/** A whole house moves by the real command: into MariaDB and MongoDB, interrupted twice, and back. */
import assert from "node:assert/strict";
import type { Captured } from "../../support/process.ts";
import { capture } from "../../support/process.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { createDatabase, shareMariadb, type TestDatabase } from "../../support/mariadb.ts";
import { fromFileUrl, ROOT } from "../../support/paths.ts";
import { runProgram } from "../../support/program.ts";
import { say } from "../../support/say.ts";
import { programCommand, startServer } from "../../support/server.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";
import { fillHouse } from "./full_house.ts";

const HOUSE = { conversations: 200, messages: 500 };
const MESSAGES = HOUSE.conversations * HOUSE.messages;
const PASSWORD = "nobody-may-read-this";
/** One copy, on a machine that does other things too, in ms. */
const COPY_MS = 240_000;

await shareMariadb();

/** An account with rights on one database alone, and a password that must not appear. */
async function addMover({ place, run }: TestDatabase): Promise<AsyncDisposable & { readonly url: string }> {
  const user = `mover_${crypto.randomUUID().slice(0, 8)}`;
  await run(
    `create user ${user} identified by '${PASSWORD}'`,
    `grant all on ${place.database}.* to ${user}`,
  );
  const { host, port, database } = place;
  return {
    url: `mysql://${user}:${PASSWORD}@${host}:${port}/${database}`,
    [Symbol.asyncDispose]: async () => void await run(`drop user ${user}`),
  };
}

function beginCopy(directory: string, from: string, to: string): Captured {
  const [program = "", ...first] = programCommand(directory);
  const args = [...first, "copy", "--from", from, "--to", to];
  return capture({ program, args, env: {}, cwd: fromFileUrl(ROOT) });
}

/** Runs a copy to its end and answers the lines with the sums. */
async function copyAll(directory: string, from: string, to: string): Promise<string> {
  const begun = performance.now();
  const child = beginCopy(directory, from, to);
  try {
    await child.waitFor("stdout", /both stores hold the same/, COPY_MS);
    assert.equal((await child.exited).code, 0);
  } catch (error) {
    throw new Error(`The copy failed\n${child.stdout()}${child.stderr()}`, { cause: error });
  } finally {
    await child.kill();
  }
  assert.ok(!`${child.stdout()}${child.stderr()}`.includes(PASSWORD));
  const lines = child.stdout().trimEnd().split("\n");
  say(`${lines.at(-1)}, with start and end ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
  return lines.slice(0, -1).join("\n");
}

/** Kills a copy once it has told that it is beyond `share` of the messages, after `during` has looked around. */
async function interruptCopy(
  child: Captured,
  share: number,
  during: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  try {
    await child.waitFor("stderr", /copying messages: \d+ of 100000/, COPY_MS);
    await during();
    for (let wanted = 0; wanted < share * MESSAGES;) {
      const told = [...child.stderr().matchAll(/copying messages: (\d+) of/g)].at(-1)?.[1];
      wanted = Number(told);
      if (wanted < share * MESSAGES) {
        await child.waitFor("stderr", new RegExp(`messages: ${told} of .*\\n.*messages: \\d+`), COPY_MS);
      }
    }
  } finally {
    await child.kill();
  }
}

Deno.test("copy moves 100 000 messages to MariaDB and MongoDB, killed twice, and back to an identical store", async (test) => {
  await using directory = await TemporaryDirectory.make();
  await using database = await createDatabase();
  await using mover = await addMover(database);
  await using mongo = await openTestMongo();
  const [at, back] = [`sqlite:${directory.at("from")}`, `sqlite:${directory.at("back")}`];
  const far = `${mover.url}+${mongo.url}`;
  const env = { CHAT_MYSQL_URL: mover.url, CHAT_MONGODB_URL: mongo.url };
  const command = programCommand(directory.path);
  const farServer = ["--data", directory.at("far"), "--port", "0", "--mode", "debug"];
  await fillHouse(directory.at("from"), HOUSE);

  await test.step("while it runs, no server gets at either store", async () => {
    const child = beginCopy(directory.path, at, far);
    await interruptCopy(child, 0, async () => {
      const [source, target] = await Promise.all([
        runProgram({ command, args: ["--data", directory.at("from"), "--port", "0"] }),
        runProgram({ command, args: farServer, env }),
      ]);
      assert.deepEqual([source.code, target.code], [2, 2]);
      assert.match(source.stderr, /another Go Chat is using it/);
      assert.match(target.stderr, /another Go Chat is using it/);
    });
  });
  await test.step("killed, it leaves a store that no server starts on", async () => {
    const refused = await runProgram({ command, args: farServer, env });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /a copy into this store was interrupted; run the same copy again/);
  });
  await test.step("run again, it goes on, and is killed once more", async () => {
    await interruptCopy(beginCopy(directory.path, at, far), 0.4);
  });
  let sums = "";
  await test.step("run again, it comes to its end", async () => {
    sums = await copyAll(directory.path, at, far);
    assert.match(sums, /^messages +100000 +sha256 [0-9a-f]{64}$/m);
  });
  await test.step("a server on the copy keeps another copy away", async () => {
    await using _server = await startServer({ dataDir: directory.at("far"), command, env });
    const refused = await runProgram({ command, args: ["copy", "--from", far, "--to", back] });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /another Go Chat is using it/);
    assert.ok(!refused.stderr.includes(PASSWORD));
  });
  await test.step("back again, everything is as it was", async () => {
    assert.equal(await copyAll(directory.path, far, back), sums);
  });
});
