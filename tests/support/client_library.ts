/**
 * Writes the client library as one file for Node.js, Deno and browsers, with its types beside it: dist/go-chat-client.js.
 *
 * @module
 */
import * as esbuild from "esbuild";
import manifest from "../../deno.json" with { type: "json" };
import { fromFileUrl, ROOT } from "./paths.ts";
import { say } from "./say.ts";

/** What the file is called; its types have the same name. */
const NAME = "go-chat-client";

/** Writes both files into a folder and answers the path of the code. */
export async function buildClientLibrary(folder: string): Promise<string> {
  const path = `${folder}/${NAME}.js`;
  try {
    await esbuild.build({
      entryPoints: [fromFileUrl(new URL("static/core/client.js", ROOT))],
      bundle: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      outfile: path,
      logLevel: "silent",
      banner: { js: await banner() },
    });
  } finally {
    await esbuild.stop();
  }
  await Deno.copyFile(fromFileUrl(new URL("static/core/client.d.ts", ROOT)), `${folder}/${NAME}.d.ts`);
  return path;
}

/** Whoever copies the file copies the licence. */
async function banner(): Promise<string> {
  const license = await Deno.readTextFile(new URL("LICENSE", ROOT));
  const lines = [`The client library of Go Chat ${manifest.version}.`, "", ...license.trim().split("\n")];
  return `// @ts-self-types="./${NAME}.d.ts"\n/*!\n${
    lines.map((line) => ` * ${line}`.trimEnd()).join("\n")
  }\n */`;
}

if (import.meta.main) {
  const folder = fromFileUrl(new URL("dist", ROOT));
  await Deno.mkdir(folder, { recursive: true });
  say(await buildClientLibrary(folder));
}
