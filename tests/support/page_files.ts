/**
 * Writes `routes/page_files.ts`: the page as part of the program, for starts that may read the data directory alone.
 *
 * `deno task page` writes it; a test compares.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "./paths.ts";

/** Where the module is. */
export const PAGE_FILES_MODULE = fromFileUrl(new URL("routes/page_files.ts", ROOT));

/** What is no text. */
const BYTES = /\.(?:png|ico|webp|woff2)$/;

/** The text of the module for what is in `static/` now. */
export async function pageFilesModule(): Promise<string> {
  const paths = (await filesBelow(fromFileUrl(new URL("static", ROOT)))).toSorted();
  const imports = paths.map((path, at) => {
    return `import file${at} from "../static${path}" with { type: "${
      BYTES.test(path) ? "bytes" : "text"
    }" };`;
  });
  const entries = paths.map((path, at) => `  [${JSON.stringify(path)}, file${at}],`);
  return `/**
 * The page's files as part of the program, made by \`deno task page\`.
 *
 * @module
 */
${imports.join("\n")}

/** What is served, by path. */
export const PAGE_FILES: ReadonlyMap<string, string | Uint8Array<ArrayBuffer>> = new Map<
  string,
  string | Uint8Array<ArrayBuffer>
>([
${entries.join("\n")}
]);
`;
}

async function filesBelow(folder: string, prefix = "/"): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await filesBelow(path, `${prefix}${entry.name}/`));
    else if (!/^\.|_test\.|\.ts$/.test(entry.name)) paths.push(prefix + entry.name);
  }
  return paths;
}

if (import.meta.main) await Deno.writeTextFile(PAGE_FILES_MODULE, await pageFilesModule());
