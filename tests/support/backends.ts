/**
 * The databases that are tested on servers of their own: tests/backends/NAME for each, and what that takes.
 *
 * @module
 */
import { runs } from "./run.ts";

/** A folder of tests/backends. */
export type BackendName = "mysql" | "redis";

/** Every one of them. */
export const BACKENDS: readonly BackendName[] = ["mysql", "redis"];

interface Needs {
  /** Names a server that is used instead of one of our own. */
  readonly variable: string;
  /** A program that must be there otherwise, its Debian package, and what it is called in a message. */
  readonly program: readonly [name: string, ...args: string[]];
  readonly packages: readonly string[];
}

const NEEDS: Readonly<Record<BackendName, Needs>> = {
  mysql: {
    variable: "CHAT_TEST_MYSQL_URL",
    program: ["mariadbd", "--version"],
    packages: ["mariadb-server"],
  },
  redis: {
    variable: "CHAT_TEST_REDIS_URL",
    program: ["redis-server", "--version"],
    packages: ["redis-server"],
  },
};

/** Why a backend cannot be tested here; null: it can. */
export async function missingForBackend(name: BackendName): Promise<string | null> {
  if (await isThere(name)) return null;
  const { variable, program } = NEEDS[name];
  return `there is no ${program[0]} (or set ${variable} to a server's address)`;
}

/** Debian's names of what a backend lacks. */
export async function packagesForBackend(name: BackendName): Promise<readonly string[]> {
  return await isThere(name) ? [] : NEEDS[name].packages;
}

async function isThere(name: BackendName): Promise<boolean> {
  const { variable, program } = NEEDS[name];
  return (Deno.env.get(variable) ?? "") !== "" || await runs(...program);
}
