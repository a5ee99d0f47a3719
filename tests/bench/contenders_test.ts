import assert from "node:assert/strict";
import { runQuietly } from "../support/run.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { checkOut, HERE, startCommand } from "./checkouts.ts";
import { contenders, inRound } from "./contenders.ts";

const PEER = { name: "ws", what: "ws 8", dialect: "relay", command: ["node"], rest: [] } as const;

Deno.test("inRound() lets each contender be the first in turn, and leaves nobody out", () => {
  assert.deepEqual(inRound(["a", "b", "c"], 1), ["a", "b", "c"]);
  assert.deepEqual(inRound(["a", "b", "c"], 2), ["b", "c", "a"]);
  assert.deepEqual(inRound(["a", "b", "c"], 3), ["c", "a", "b"]);
  assert.deepEqual(inRound(["a", "b", "c"], 4), ["a", "b", "c"]);
  assert.deepEqual(inRound([], 2), []);
});

Deno.test("contenders() puts each version on each database, ours first and the relays last", async () => {
  const all = await contenders({
    isolates: 0,
    hardened: false,
    against: null,
    databases: ["mysql", "mongodb"],
    relay: "/bin/relay",
    peers: [PEER],
  });
  assert.deepEqual(
    all.map(({ name, storage, kind }) => [name, storage, kind]),
    [
      ["Go Chat", "embedded", "program"],
      ["MariaDB", "mysql", "program"],
      ["FerretDB", "mongodb", "program"],
      ["prototype", "embedded", "prototype"],
      ["relay", "none", "relay"],
      ["ws", "none", "relay"],
    ],
  );
});

Deno.test("startCommand() starts a version as its own task does, with access to its data", async () => {
  const command = await startCommand(HERE, "/tmp/data");
  assert.deepEqual(command.slice(0, 3), ["env", "MALLOC_ARENA_MAX=1", Deno.execPath()]);
  assert.ok(command.some((word) => word.startsWith("--v8-flags=")), command.join(" "));
  assert.ok(command.includes(`--allow-read=${HERE.directory},/tmp/data`));
  assert.equal(command.at(-1), `${HERE.directory}/main.ts`);
});

Deno.test("checkOut() lays a commit out under its short name, whatever is in the folder", async () => {
  await using directory = await TemporaryDirectory.make();
  const places = await repositoryIn(directory.path);
  const { name, directory: laidOut } = await checkOut("HEAD~1", places);
  assert.match(name, /^[0-9a-f]{7}$/);
  assert.equal(await Deno.readTextFile(`${laidOut}/main.ts`), "first");
  assert.equal((await checkOut(name, places)).directory, laidOut, "again");
});

Deno.test("checkOut() refuses a commit that is not there, and no option slips through to git", async () => {
  await using directory = await TemporaryDirectory.make();
  const places = await repositoryIn(directory.path);
  await assert.rejects(checkOut("no-such-commit", places), /Cannot measure against "no-such-commit"/);
  await assert.rejects(checkOut("--all", places), /Cannot measure against "--all"/);
});

/** A repository of two commits of one file, with a third text that is in none. */
async function repositoryIn(path: string): Promise<{ readonly repository: string; readonly into: string }> {
  const [repository, into] = [`${path}/repository`, `${path}/into`];
  await Deno.mkdir(repository);
  const git = (...args: string[]): Promise<string> => runQuietly("git", args, { cwd: repository });
  await git("init", "--quiet");
  for (const text of ["first", "second"]) {
    await Deno.writeTextFile(`${repository}/main.ts`, text);
    await git("add", "main.ts");
    await git(
      "-c",
      "user.name=Ann",
      "-c",
      "user.email=ann@example.org",
      "commit",
      "--quiet",
      `--message=${text}`,
    );
  }
  await Deno.writeTextFile(`${repository}/main.ts`, "third");
  return { repository, into };
}
