/**
 * Servers under load, each pinned to core 0 and each started afresh for every run.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { type Checkout, startCommand } from "./checkouts.ts";
import { type DatabaseName, startDatabase } from "./databases.ts";
import { addPeople, registerModel } from "./people.ts";

/** What a server speaks: `docs/protocol.md` in debug mode, what the relay does, or that in packets of Socket.IO. */
export type Dialect = "chat" | "relay" | "socketio";

/** A server that listens. */
export interface Target extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly url: URL;
  readonly port: number;
  readonly pid: number;
  /** The process of the database beside it; null: it has none. */
  readonly databasePid: number | null;
}

/** What a run wants of a server. */
export interface Wanted {
  /** Settings, by `CHAT_` name. */
  readonly env?: Readonly<Record<string, string>>;
  /** How many people have an account; they are laid into SQLite only. */
  readonly people?: number;
  /** What it stores in instead of SQLite. */
  readonly database?: DatabaseName;
}

const ON_CORE_0 = ["taskset", "-c", "0"] as const;
const PROTOTYPE = fromFileUrl(new URL("prototype.ts", import.meta.url));
const DATA = fromFileUrl(new URL(".setup/bench/", ROOT));

/** No limits: one load generator is a hundred people from one address. */
const UNLIMITED = {
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_CONNECTIONS: "0",
  CHAT_LOG_LEVEL: "warning",
};

/** Starts a version of the program in debug mode on a store of its own, on the disk that the checkout is on. */
export async function startChat(
  checkout: Checkout,
  { env = {}, people = 0, database: name }: Wanted,
): Promise<Target> {
  const dataDir = await Deno.makeTempDir({ dir: DATA, prefix: "data-" });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => Deno.remove(dataDir, { recursive: true }));
  const database = name === undefined ? null : owned.use(await startDatabase(name, DATA));
  const start = async (): Promise<RunningServer> =>
    await startServer({
      dataDir,
      cwd: checkout.directory,
      command: [...ON_CORE_0, ...await startCommand(checkout, dataDir)],
      env: { ...UNLIMITED, ...env, ...database?.env },
    });
  if (people > 0) {
    await using server = await start();
    await registerModel(server.url);
    await server.stop();
    addPeople(dataDir, people);
  }
  const { url, pid } = owned.use(await start());
  const all = owned.move();
  return {
    dialect: "chat",
    url,
    port: Number(url.port),
    pid,
    databasePid: database?.pid ?? null,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A program that listens on the port it is given, and is no version of ours. */
export interface Foreign {
  readonly dialect: Dialect;
  /** What comes before the port on its command line, and after it. */
  readonly command: readonly string[];
  readonly rest: readonly string[];
}

/** Starts somebody else's program on a free port. */
export async function startForeign({ dialect, command, rest }: Foreign): Promise<Target> {
  const port = freePort();
  const [program, ...args] = [...ON_CORE_0, ...command, String(port), ...rest];
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "inherit" }).spawn();
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.status;
  };
  try {
    await listens(port);
  } catch (error) {
    await end();
    throw error;
  }
  const url = new URL(`http://127.0.0.1:${port}`);
  return { dialect, url, port, pid: child.pid, databasePid: null, [Symbol.asyncDispose]: end };
}

/** Starts the prototype on a store of its own, on the disk that ours has too. */
export async function startPrototype(): Promise<Target> {
  const directory = await Deno.makeTempDir({ dir: DATA, prefix: "data-" });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => Deno.remove(directory, { recursive: true }));
  const access = ["--allow-net=127.0.0.1", `--allow-read=${directory}`, `--allow-write=${directory}`];
  const target = owned.use(
    await startForeign({
      dialect: "chat",
      command: [Deno.execPath(), "run", "--quiet", "--no-prompt", ...access, PROTOTYPE],
      rest: [directory],
    }),
  );
  const all = owned.move();
  return { ...target, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Resolves when something accepts connections on the port; rejects after 10 s. */
async function listens(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Nothing listens on port ${port}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
