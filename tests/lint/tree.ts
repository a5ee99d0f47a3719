/**
 * The files of the checkout that rules about the whole tree look at.
 *
 * @module
 */
import { ROOT } from "./places.ts";

/** A file and its text. */
export interface SourceFile {
  /** From the top of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** Folders that hold what others wrote or what a run leaves. */
const SKIPPED = new Set([".git", ".setup", "node_modules", "data", "dist", "coverage", "static/vendor"]);

/** Every file of the checkout whose name ends in one of `endings`. */
export async function filesEnding(endings: readonly string[]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  await collect("", { endings, found });
  return found.sort((one, other) => one.path < other.path ? -1 : 1);
}

/** Every TypeScript, JavaScript and CSS file that we wrote. */
export function sourceFiles(): Promise<SourceFile[]> {
  return filesEnding([".ts", ".js", ".css"]);
}

interface Search {
  readonly endings: readonly string[];
  readonly found: SourceFile[];
}

async function collect(folder: string, search: Search): Promise<void> {
  for await (const entry of Deno.readDir(ROOT + folder)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(path)) continue;
    if (entry.isDirectory) await collect(path, search);
    else if (entry.isFile && search.endings.some((ending) => path.endsWith(ending))) {
      search.found.push({ path, text: await Deno.readTextFile(ROOT + path) });
    }
  }
}
