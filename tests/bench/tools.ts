/**
 * Builds what the bench runs besides our server: the load generator (C) and the relay (Go).
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";
import type { DatabaseName } from "./databases.ts";

/** Paths of programs that are ready to run. */
export interface Tools {
  readonly load: string;
  readonly relay: string;
}

const HERE = fromFileUrl(new URL("./", import.meta.url));
const KEPT = fromFileUrl(new URL(".setup/bench/", ROOT));

/** Where the compilers are, of whom a missing one is named by {@link missingTools}. */
const GO_PLACES = ["go", "/usr/local/go/bin/go"];

/** What is missing to build the tools and to start the databases, in words; empty: nothing. */
export async function missingTools(databases: readonly DatabaseName[] = []): Promise<readonly string[]> {
  const missing = [...await missingForLoad()];
  if (await firstThatRuns(GO_PLACES, "version") === null) missing.push("Go 1.19 or newer");
  if (databases.includes("mysql") && await firstThatRuns(["mariadbd"], "--version") === null) {
    missing.push("mariadb-server");
  }
  return missing;
}

/** What is missing to build the load generator and to run it beside a server, in words. */
export async function missingForLoad(): Promise<readonly string[]> {
  const missing: string[] = [];
  if (await firstThatRuns(["gcc"], "--version") === null) missing.push("gcc");
  if (await firstThatRuns(["taskset"], "--version") === null) missing.push("taskset (util-linux)");
  return missing;
}

/** Builds those that were not given; throws naming what failed. Takes under a minute, seconds when repeated. */
export async function buildTools(given: Partial<Tools>): Promise<Tools> {
  await Deno.mkdir(KEPT, { recursive: true });
  return { load: given.load ?? await buildLoad(), relay: given.relay ?? await buildRelay() };
}

/** Builds the load generator alone. */
export async function buildLoad(): Promise<string> {
  await Deno.mkdir(KEPT, { recursive: true });
  const output = `${KEPT}/load`;
  await runQuietly("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", output, `${HERE}/load.c`]);
  return output;
}

async function buildRelay(): Promise<string> {
  const output = `${KEPT}/relay`;
  const go = await firstThatRuns(GO_PLACES, "version");
  if (go === null) throw new Error("Cannot build the relay: Go is not installed");
  await runQuietly(go, ["build", "-o", output, "."], {
    cwd: `${HERE}/peers/gorilla`,
    env: { GOFLAGS: "-mod=readonly" },
  });
  if (!existsSync(output)) throw new Error(`Cannot build the relay: "${output}" was not written`);
  return output;
}

async function firstThatRuns(programs: readonly string[], argument: string): Promise<string | null> {
  for (const program of programs) {
    if (await runQuietly(program, [argument]).then(() => true, () => false)) return program;
  }
  return null;
}
