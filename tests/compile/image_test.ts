/** What the build of the image sees: the tree that .dockerignore leaves is enough for the executable. */
import assert from "node:assert/strict";
import { compilerFromEnvironment } from "../support/compiler.ts";
import { runQuietly } from "../support/run.ts";
import { startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { build } from "./build.ts";
import { sendContext } from "./context.ts";

Deno.test("The tree that .dockerignore leaves compiles, and what comes of it serves the page", async () => {
  await using directory = await TemporaryDirectory.make();
  const tree = directory.at("src");
  const sent = await sendContext(tree);
  assert.ok(!sent.some((path) => /^(\.git|docs|data|tests\/(http|socket|browser))\b/.test(path)));
  // The task runs this file, which is among the tests.
  await runQuietly(Deno.execPath(), ["check", "--quiet", "--frozen", "tests/compile/build.ts"], {
    cwd: tree,
  });
  const output = directory.at("go-chat");
  await build({ output, root: tree, ...compilerFromEnvironment() });
  await Deno.remove(tree, { recursive: true });
  await using server = await startServer({
    command: [output],
    mode: "release",
    dataDir: directory.at("data"),
    cwd: directory.path,
  });
  const page = await fetch(server.url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<html/);
});
