/**
 * A MongoDB for tests: FerretDB, a real server of MongoDB's protocol, built here from its Go module; or, where
 * CHAT_TEST_MONGODB_URL names one, that.
 *
 * FerretDB has no transactions, reads a whole collection for almost every question, and explains no plan.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { findGo } from "./go.ts";
import { fromFileUrl, ROOT } from "./paths.ts";
import { capture, type Captured } from "./process.ts";
import { runQuietly } from "./run.ts";
import { ServerProcess, startAtFreePort } from "./server_process.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";

const SOURCE = fromFileUrl(new URL("tests/support/ferretdb/", ROOT));
const KEPT = fromFileUrl(new URL(".setup/ferretdb/", ROOT));

/** The program, built when its source is new: a minute and a half the first time. */
export async function ferretProgram(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(await Deno.readFile(`${SOURCE}/${name}`));
  const program = `${KEPT}/ferretdb-${hash.digest("hex").slice(0, 12)}`;
  if (existsSync(program)) return program;
  const go = await findGo();
  if (go === null) throw new Error("Cannot build FerretDB: Go is not installed");
  await Deno.mkdir(KEPT, { recursive: true });
  // Under another name first: whoever looks meanwhile must not find half of it.
  const unfinished = `${program}.${Deno.pid}`;
  await runQuietly(go, ["build", "-o", unfinished, "."], { cwd: SOURCE, env: { GOFLAGS: "-mod=readonly" } });
  await Deno.rename(unfinished, program);
  return program;
}

/** A FerretDB with a directory of its own. */
export class FerretServer extends ServerProcess {
  /** Starts one on a free port; resolves when it takes commands. `dir` is the folder its own one is made in. */
  static async start({ dir }: { readonly dir?: string } = {}): Promise<FerretServer> {
    const program = await ferretProgram();
    const directory = await TemporaryDirectory.make(dir === undefined ? {} : { dir });
    try {
      const spawn = (port: number): Promise<Captured> => listen(program, { port, directory: directory.path });
      return new FerretServer(await startAtFreePort(directory, spawn));
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Its address with the name of a database. */
  url(database: string): string {
    return `mongodb://127.0.0.1:${this.port}/${database}`;
  }
}

async function listen(
  program: string,
  { port, directory }: { readonly port: number; readonly directory: string },
): Promise<Captured> {
  const args = ["-dir", directory, "-listen", `127.0.0.1:${port}`];
  const child = capture({ program, args, cwd: directory, env: {} });
  try {
    await child.waitFor("stdout", /listening on 127\.0\.0\.1:\d+/);
    return child;
  } catch (error) {
    await child.kill();
    throw error;
  }
}

/** A server, and the name of a database that nobody else uses there. */
export interface TestMongo extends AsyncDisposable {
  readonly url: string;
  /** Another database of the same test. */
  other(name: string): string;
  /** Null where the server is not ours. */
  readonly server: FerretServer | null;
}

let shared: Promise<FerretServer> | null = null;

/**
 * Starts a server that the tests of a file share, each with a database of its own; it ends with the run. Called once,
 * outside of tests; not needed where CHAT_TEST_MONGODB_URL names a server.
 */
export async function shareFerret(): Promise<void> {
  if (given() !== "" || shared !== null) return;
  shared = FerretServer.start();
  const server = await shared;
  globalThis.addEventListener("unload", () => server.abandon());
}

/** Opens a database: on the server that CHAT_TEST_MONGODB_URL names, on the shared one, or on one of its own. */
export async function openTestMongo(): Promise<TestMongo> {
  const database = `go_chat_test_${crypto.randomUUID().slice(0, 8)}`;
  const owned = given() === "" && shared === null ? await FerretServer.start() : null;
  const server = owned ?? await shared;
  const urls = new Map<string, string>();
  const urlOf = (name: string): string => {
    const url = server === null ? withDatabase(given(), name) : server.url(name);
    urls.set(name, url);
    return url;
  };
  return {
    url: urlOf(database),
    other: (name) => urlOf(`${database}_${name}`),
    server,
    async [Symbol.asyncDispose](): Promise<void> {
      if (owned === null) await Promise.all([...urls.values()].map(dropDatabase));
      await owned?.[Symbol.asyncDispose]();
    },
  };
}

function given(): string {
  return Deno.env.get("CHAT_TEST_MONGODB_URL") ?? "";
}

/** An address with another database. */
function withDatabase(url: string, database: string): string {
  return url.replace(/^([^:]+:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${database}`);
}

async function dropDatabase(url: string): Promise<void> {
  const { MongoClient } = await import("mongodb");
  const client = new MongoClient(url);
  await client.db().dropDatabase();
  await client.close();
}
