/**
 * Where a file stands in the tree, for the rules of {@link ./layers.ts}.
 *
 * @module
 */

/** The checkout, with a slash at its end. */
export const ROOT: string = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The top-level folders that rules know; `main` is what opens and composes the others: `main.ts` and `routes/isolates/`. */
export type Layer = "main" | "routes" | "realtime" | "db" | "static" | "tests" | "outside";

/** A file's place. */
export interface Home {
  /** From the top of the checkout, with slashes. */
  readonly path: string;
  readonly layer: Layer;
  /** The folder below db/, or null; a backup is of every backend. */
  readonly backend: string | null;
  /** Whether it is a test or a benchmark, or stands in tests/. */
  readonly isTest: boolean;
}

const LAYERS: readonly Layer[] = ["routes", "realtime", "db", "static", "tests"];

/** The place of a file, given by its absolute path or by one from the top of the checkout. */
export function homeOf(filename: string): Home {
  const path = filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
  const [first = "", second = "", third] = path.split("/");
  const isRoot = path === "main.ts" || path.startsWith("routes/isolates/");
  const layer = isRoot ? "main" : LAYERS.find((name) => name === first) ?? "outside";
  return {
    path,
    layer,
    backend: layer === "db" && third !== undefined && second !== "backup" ? second : null,
    isTest: layer === "tests" || /_(test|bench)\.(ts|js)$/.test(path),
  };
}

/** The file that a relative import of `from` names, or null when it names a package. */
export function resolve(from: Home, specifier: string): Home | null {
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return null;
  const base = new URL(from.path, `file://${ROOT}`);
  // The page's absolute addresses begin at static/.
  const url = specifier.startsWith("/") && from.layer === "static"
    ? new URL(`static${specifier}`, `file://${ROOT}`)
    : new URL(specifier, base);
  return homeOf(decodeURIComponent(url.pathname));
}
