/**
 * What the build of an image sees of the checkout.
 *
 * @module
 */
import { dirname, matchesGlob } from "node:path";
import { fromFileUrl, ROOT } from "../support/paths.ts";

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
export async function sendContext(directory: string): Promise<readonly string[]> {
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
