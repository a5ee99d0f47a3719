/**
 * What the lock file lets in: every package with its version, hash and licence, and who needs it.
 *
 * @module
 */
import { z } from "zod";
import { fromFileUrl, ROOT } from "../paths.ts";
import { runQuietly } from "../run.ts";
import { PACKAGES } from "../vendor.ts";

/** A package of the lock file. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** As npm writes it: the name of the digest, and the digest in Base64. */
  readonly integrity: string;
  /** An SPDX expression; null: it is for another system, and not there. */
  readonly licence: string | null;
  /** Whether the program has it, and not the tests alone. */
  readonly isShipped: boolean;
}

const Locked = z.object({
  integrity: z.string(),
  /** Which systems it is for; absent: all. */
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});
const Lock = z.object({ npm: z.record(z.string(), Locked) });
const Graph = z.object({
  modules: z.array(z.object({ npmPackage: z.string().optional() })),
  npmPackages: z.record(
    z.string(),
    z.object({
      name: z.string(),
      version: z.string(),
      dependencies: z.array(z.string()),
      localPath: z.string().optional(),
    }),
  ),
});
/** Bundled into the page, which the program serves. */
const IN_PAGE: ReadonlySet<string> = new Set(PACKAGES);
const Manifest = z.object({ license: z.string() });
/** What the program begins with. */
const ENTRIES = ["main.ts", "routes/accounts/hash_worker.ts", "routes/isolates/worker.ts"];

/** Reads them all, by name. Throws when one has no licence that it names. */
export async function readPackages(): Promise<readonly Package[]> {
  const lock = Lock.parse(JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT))));
  const shipped = new Set<string>();
  const paths = new Map<string, string>();
  for (const entry of ENTRIES) {
    const text = await runQuietly(Deno.execPath(), ["info", "--json", entry], { cwd: fromFileUrl(ROOT) });
    const { modules, npmPackages } = Graph.parse(JSON.parse(text));
    const queue = modules.flatMap(({ npmPackage }) => npmPackage ?? []);
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (shipped.has(id)) continue;
      shipped.add(id);
      queue.push(...npmPackages[id]?.dependencies ?? []);
    }
    for (const [id, { localPath }] of Object.entries(npmPackages)) {
      if (localPath !== undefined) paths.set(id, localPath);
    }
  }
  const packages = Object.entries(lock.npm).map(([id, { integrity, os, cpu }]) =>
    toPackage(id, {
      integrity,
      path: paths.get(id),
      isForOthers: os !== undefined || cpu !== undefined,
      isShipped: shipped.has(id) || IN_PAGE.has(nameOf(id).name),
    })
  );
  return (await Promise.all(packages)).sort((one, other) => one.name < other.name ? -1 : 1);
}

async function toPackage(
  id: string,
  { integrity, path, isForOthers, isShipped }: {
    readonly integrity: string;
    readonly path: string | undefined;
    readonly isForOthers: boolean;
    readonly isShipped: boolean;
  },
): Promise<Package> {
  const { name, version } = nameOf(id);
  const text = path === undefined ? null : await Deno.readTextFile(`${path}/package.json`).catch(() => null);
  if (text === null && !isForOthers) throw new Error(`Cannot tell the licence of "${id}": it is not there`);
  const licence = text === null ? null : Manifest.parse(JSON.parse(text)).license;
  return { name, version, integrity, licence, isShipped };
}

/** A package's name and version; behind them may stand which peers it was resolved with. */
function nameOf(id: string): { readonly name: string; readonly version: string } {
  const [, name = id, version = ""] = /^(.+)@([^@_]+)$/.exec(id.replace(/_.*$/, "")) ?? [];
  return { name, version };
}
