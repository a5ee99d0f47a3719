/**
 * The versions of the program that are measured: this checkout, and a commit of it laid out beside it.
 *
 * @module
 */
import { z } from "zod";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";

/** A whole version of the program on the disk. */
export interface Checkout {
  /** Heads its column of the table. */
  readonly name: string;
  /** Without a slash at its end. */
  readonly directory: string;
}

/** What is run: everything that is here, committed or not. */
export const HERE: Checkout = { name: "Go Chat", directory: fromFileUrl(ROOT) };

const KEPT = fromFileUrl(new URL(".setup/bench/", ROOT));
const Manifest = z.object({ tasks: z.object({ start: z.object({ command: z.string() }) }) });

/** Where commits come from and where they are laid out. */
interface Places {
  readonly repository: string;
  readonly into: string;
}

/** Lays a commit out, by default in `.setup/bench`. Throws naming it when the repository does not have it. */
export async function checkOut(
  commit: string,
  { repository, into }: Places = { repository: HERE.directory, into: KEPT },
): Promise<Checkout> {
  const git = (...args: string[]): Promise<string> => runQuietly("git", args, { cwd: repository });
  const found = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`)
    .catch((error: unknown) => {
      throw new Error(`Cannot measure against "${commit}": there is no such commit`, { cause: error });
    });
  const hash = found.trim();
  const name = hash.slice(0, 7);
  const directory = `${into}/against-${name}`;
  const archive = `${directory}.tar`;
  await Deno.mkdir(directory, { recursive: true });
  await git("archive", "--format=tar", `--output=${archive}`, hash);
  await runQuietly("tar", ["-xf", archive, "-C", directory]);
  await Deno.remove(archive);
  return { name, directory };
}

/** How a version starts in release, as its own task `start` says, with access to the data directory as well. */
export async function startCommand({ directory }: Checkout, dataDir: string): Promise<readonly string[]> {
  const { tasks } = Manifest.parse(JSON.parse(await Deno.readTextFile(`${directory}/deno.json`)));
  const words = tasks.start.command.split(" ");
  const variables = words.splice(0, words.findIndex((word) => !/^[A-Z_]+=/.test(word)));
  const [program, main] = [words.shift(), words.pop()];
  if (program !== "deno" || main === undefined) {
    throw new Error(`Cannot start ${directory}: its task "start" is "${tasks.start.command}"`);
  }
  const access = [`--allow-read=${directory},${dataDir}`, `--allow-write=${dataDir}`];
  const command = [Deno.execPath(), ...words, ...access, `${directory}/${main}`];
  return variables.length === 0 ? command : ["env", ...variables, ...command];
}
