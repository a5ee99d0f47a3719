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
import { capture, type Captured, freezeProcess } from "./process.ts";
import { runQuietly } from "./run.ts";
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
export class FerretServer implements AsyncDisposable {
  readonly port: number;
  readonly #directory: TemporaryDirectory;
  #child: Captured;

  private constructor(port: number, directory: TemporaryDirectory, child: Captured) {
    this.port = port;
    this.#directory = directory;
    this.#child = child;
  }

  /** Starts one on a free port; resolves when it takes commands. `dir` is the folder its own one is made in. */
  static async start({ dir }: { readonly dir?: string } = {}): Promise<FerretServer> {
    const directory = await TemporaryDirectory.make(dir === undefined ? {} : { dir });
    try {
      const child = await spawn(directory.path, 0);
      const [, port] = await child.waitFor("stdout", LISTENING);
      return new FerretServer(Number(port), directory, child);
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The server's process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Its address with the name of a database. */
  url(database: string): string {
    return `mongodb://127.0.0.1:${this.port}/${database}`;
  }

  /** Ends it as a failing machine would. */
  async kill(): Promise<void> {
    this.thaw();
    await this.#child.kill();
  }

  /** Starts it again after {@link kill}: same port, same files. */
  async restart(): Promise<void> {
    this.#child = await spawn(this.#directory.path, this.port);
    await this.#child.waitFor("stdout", LISTENING);
  }

  /** It keeps its connections and takes new ones, and answers nothing. */
  freeze(): void {
    freezeProcess(this.#child.pid);
  }

  /** Ends {@link freeze}. */
  thaw(): void {
    Deno.kill(this.#child.pid, "SIGCONT");
  }

  /** Ends it while the whole run ends, when nothing can be waited for any more. */
  abandon(): void {
    try {
      Deno.kill(this.#child.pid, "SIGKILL");
      Deno.removeSync(this.#directory.path, { recursive: true });
    } catch {
      // It is gone already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill().catch(() => {});
    await this.#directory[Symbol.asyncDispose]();
  }
}

const LISTENING = /listening on 127\.0\.0\.1:(\d+)/;

async function spawn(directory: string, port: number): Promise<Captured> {
  const args = ["-dir", directory, "-listen", `127.0.0.1:${port}`];
  return capture({ program: await ferretProgram(), args, cwd: directory, env: {} });
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
