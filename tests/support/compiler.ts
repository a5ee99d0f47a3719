/**
 * Which Deno compiles the executable under test.
 *
 * `deno compile` puts a program behind a base runtime that it downloads. Where that host is out of reach,
 * `DENORT_ZIP` names the base of {@link BASE_VERSION} instead, the oldest version the program supports; then that
 * version compiles. Without it the Deno that runs the tests does.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fromFileUrl, ROOT } from "./paths.ts";
import { runQuietly } from "./run.ts";

/** The version of Deno to which `DENORT_ZIP` belongs. */
export const BASE_VERSION = "2.6.10";

/** A Deno that can compile here. */
export interface Compiler {
  readonly runtime: string;
  readonly version: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

const KEPT = fromFileUrl(new URL(".setup/compiler/", ROOT));

/** Whether a base was named, and is of this machine's kind. */
export function mayUseBase(): boolean {
  return Deno.env.has("DENORT_ZIP") && Deno.build.target === "x86_64-unknown-linux-gnu";
}

/** The compiler to use. Throws saying why there is none. */
export async function findCompiler(): Promise<Compiler> {
  const zip = Deno.env.get("DENORT_ZIP");
  if (zip === undefined) return await current();
  if (!mayUseBase()) throw new Error(`DENORT_ZIP is for Linux on x86-64, not for ${Deno.build.target}`);
  if (!existsSync(zip)) throw new Error(`DENORT_ZIP names "${zip}", which does not exist`);
  return await oldest(zip);
}

/** The compiler that {@link describe} wrote into the environment, else the Deno that runs this. */
export function compilerFromEnvironment(): Compiler {
  const text = Deno.env.get("TEST_COMPILER");
  if (text === undefined) return { runtime: Deno.execPath(), version: Deno.version.deno, env: {} };
  const [runtime = "", version = "", directory = ""] = text.split("\n");
  return { runtime, version, env: environmentOf(directory) };
}

/** A compiler as text, for {@link compilerFromEnvironment} of another process. */
export function describe(compiler: Compiler): string {
  return [compiler.runtime, compiler.version, compiler.env.DENO_DIR ?? ""].join("\n");
}

function environmentOf(denoDir: string): Record<string, string> {
  return denoDir === "" ? {} : { DENO_DIR: denoDir, DENO_TLS_CA_STORE: "system" };
}

/** Compiles an empty program, which shows whether the base of this version can be had. */
async function current(): Promise<Compiler> {
  const directory = await Deno.makeTempDir({ prefix: "go-chat-compile-" });
  try {
    await Deno.writeTextFile(`${directory}/empty.ts`, "");
    const args = [
      "compile",
      "--quiet",
      "--no-config",
      "--output",
      `${directory}/empty`,
      `${directory}/empty.ts`,
    ];
    await runQuietly(Deno.execPath(), args);
    return { runtime: Deno.execPath(), version: Deno.version.deno, env: {} };
  } catch (error) {
    const reason = "the base runtime of deno compile cannot be had here, and DENORT_ZIP names none";
    throw new Error(reason, { cause: error });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Deno {@link BASE_VERSION} from its Python wheel, with a cache of its own in which the base already lies. */
async function oldest(zip: string): Promise<Compiler> {
  const runtime = `${KEPT}/deno-${BASE_VERSION}.data/scripts/deno`;
  if (!existsSync(runtime)) {
    await runQuietly("python3", [
      ...["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"],
      ...["--dest", KEPT, `deno==${BASE_VERSION}`],
    ]);
    await runQuietly("python3", ["-m", "zipfile", "-e", await wheelIn(KEPT), KEPT]);
    await Deno.chmod(runtime, 0o755);
  }
  const denoDir = `${KEPT}/deno_dir`;
  const release = `${denoDir}/dl/release/v${BASE_VERSION}`;
  await Deno.mkdir(release, { recursive: true });
  await Deno.copyFile(zip, `${release}/denort-${Deno.build.target}.zip`);
  return { runtime, version: BASE_VERSION, env: environmentOf(denoDir) };
}

async function wheelIn(directory: string): Promise<string> {
  for await (const entry of Deno.readDir(directory)) {
    if (entry.name.endsWith(".whl")) return `${directory}/${entry.name}`;
  }
  throw new Error(`There is no wheel in "${directory}"`);
}
