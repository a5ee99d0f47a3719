/** What the build of the image sees: the tree that .dockerignore leaves is enough for the executable. */
import assert from "node:assert/strict";
import { dirname, matchesGlob } from "node:path";
import { compilerFromEnvironment } from "../support/compiler.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";
import { startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { build } from "./build.ts";

/** Whether a file is left out: the last pattern that fits it, or a folder it is in, decides. */
function isLeftOut(path: string, patterns: readonly string[]): boolean {
  const parts = path.split("/");
  const above = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  const last = patterns.findLast((pattern) =>
    above.some((part) => matchesGlob(part, pattern.replace(/^!/, "")))
  );
  return last !== undefined && !last.startsWith("!");
}

/** Copies what Docker would send to the build, and answers the paths. */
async function sendContext(directory: string): Promise<readonly string[]> {
  const text = await Deno.readTextFile(new URL(".dockerignore", ROOT));
  const patterns = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const checkout = fromFileUrl(ROOT);
  const sent: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(`${checkout}/${folder}`)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const isOut = isLeftOut(path, patterns);
      if (isDirectory && (!isOut || patterns.some((one) => one.startsWith(`!${path}/`)))) await walk(path);
      if (isDirectory || isOut) continue;
      await Deno.mkdir(dirname(`${directory}/${path}`), { recursive: true });
      await Deno.copyFile(`${checkout}/${path}`, `${directory}/${path}`);
      sent.push(path);
    }
  };
  await walk("");
  return sent;
}

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
