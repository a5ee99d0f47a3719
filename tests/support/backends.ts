/**
 * The databases that are tested on servers of their own: tests/backends/NAME for each, and what that takes.
 *
 * @module
 */
import { GO_PLACES } from "./go.ts";
import { runs } from "./run.ts";

/** A folder of tests/backends. */
export type BackendName = "mysql" | "mongodb" | "redis";

/** Every one of them. */
export const BACKENDS: readonly BackendName[] = ["mysql", "mongodb", "redis"];

interface Needs {
  /** Names a server that is used instead of one of our own. */
  readonly variable: string;
  /** A program that must be there otherwise, first what it is called in a message, then where else it may be. */
  readonly programs: readonly (readonly [name: string, ...args: string[]])[];
  /** Debian's names of what it is in. */
  readonly packages: readonly string[];
}

const NEEDS: Readonly<Record<BackendName, Needs>> = {
  mysql: {
    variable: "CHAT_TEST_MYSQL_URL",
    programs: [["mariadbd", "--version"]],
    packages: ["mariadb-server"],
  },
  mongodb: {
    variable: "CHAT_TEST_MONGODB_URL",
    // Builds FerretDB; see ferretdb.ts.
    programs: GO_PLACES.map((place) => [place, "version"] as const),
    packages: ["golang-go"],
  },
  redis: {
    variable: "CHAT_TEST_REDIS_URL",
    programs: [["redis-server", "--version"]],
    packages: ["redis-server"],
  },
};

/** Why a backend cannot be tested here; null: it can. */
export async function missingForBackend(name: BackendName): Promise<string | null> {
  if (await isThere(name)) return null;
  const { variable, programs } = NEEDS[name];
  return `there is no ${programs[0]?.[0]} (or set ${variable} to a server's address)`;
}

/** Debian's names of what a backend lacks. */
export async function packagesForBackend(name: BackendName): Promise<readonly string[]> {
  return await isThere(name) ? [] : NEEDS[name].packages;
}

async function isThere(name: BackendName): Promise<boolean> {
  const { variable, programs } = NEEDS[name];
  if ((Deno.env.get(variable) ?? "") !== "") return true;
  for (const program of programs) {
    if (await runs(...program)) return true;
  }
  return false;
}
