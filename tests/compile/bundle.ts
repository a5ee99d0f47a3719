/**
 * The program as few scripts with everything they import, which is what goes into the executable: the engine reads a
 * dozen files at a start instead of several hundred, and nothing of a package goes in but what is run.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };
import { runQuietly } from "../support/run.ts";

/** What runs in a thread of its own, started by the address of its file beside the module that starts it. */
const WORKERS = ["routes/accounts/hash_worker.ts", "routes/isolates/worker.ts"];
/** The page, whose files the program reads beside itself. */
const PAGE = "static";

/** A bundled program. */
export interface Bundle {
  /** Where to compile: the configuration there knows the permission sets, and no package. */
  readonly directory: string;
  readonly main: string;
  /** What no import names. */
  readonly included: readonly string[];
}

/**
 * Bundles the checkout `root` into an empty directory, by the Deno that runs this. Throws with what the bundler said
 * when it fails.
 */
export async function bundleInto(directory: string, root: string): Promise<Bundle> {
  const args = ["--quiet", "--frozen", "--platform", "deno", "--code-splitting", "--outdir", directory];
  await runQuietly(Deno.execPath(), ["bundle", ...args, "main.ts", ...WORKERS], { cwd: root });
  const workers = await Promise.all(WORKERS.map((path) => placeWorker(directory, path)));
  await copy(`${root}/${PAGE}`, `${directory}/${PAGE}`);
  const { unstable, permissions } = manifest;
  await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify({ unstable, permissions }));
  return { directory, main: "main.js", included: [PAGE, ...workers] };
}

/** Puts a worker where its starter looks for it now: in the bundle all modules lie in the directory itself. */
async function placeWorker(directory: string, path: string): Promise<string> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const bundled = `./${path.replace(/\.ts$/, ".js")}`;
  await Deno.writeTextFile(`${directory}/${name}`, `import ${JSON.stringify(bundled)};\n`);
  return name;
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
