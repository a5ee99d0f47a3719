/**
 * Servers under load, each pinned to core 0 and each started afresh for every run.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { type Checkout, startCommand } from "./checkouts.ts";
import { type DatabaseName, startDatabase } from "./databases.ts";
import { addPeople, registerModel, signEverybodyIn } from "./people.ts";

/**
 * What a server speaks: `docs/protocol.md` in debug mode, also to clients that take arrays; what the relay does, or
 * that in packets of Socket.IO.
 */
export type Dialect = "chat" | "chat-arrays" | "relay" | "socketio";

/** A server that listens. */
export interface Target extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly url: URL;
  readonly port: number;
  readonly pid: number;
  /** The process of the database beside it; null: it has none. */
  readonly databasePid: number | null;
  /** A file of tokens, one a line, by which sockets are let in; null: they say themselves who they are. */
  readonly tokens: string | null;
}

/** What a run wants of a server. */
export interface Wanted {
  /** Settings, by `CHAT_` name. */
  readonly env?: Readonly<Record<string, string>>;
  /** How many people have an account; they are laid into SQLite only. */
  readonly people?: number;
  /** Whether each of these is signed in, and the server in release mode: nobody is believed what they say. */
  readonly signedIn?: true;
  /** What it stores in instead of SQLite. */
  readonly database?: DatabaseName;
  /** How many isolates take connections, on all cores; absent: one, on core 0. */
  readonly isolates?: number;
}

/** What signs the tokens. */
const SECRET = "what signs the tokens of the bench";
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

/** Starts a version of the program, in debug mode unless people are signed in, on a store of its own, on the disk that the checkout is on. */
export async function startChat(
  checkout: Checkout,
  { env = {}, people = 0, signedIn, database: name, isolates }: Wanted,
): Promise<Target> {
  const dataDir = await makeDataDir();
  await using owned = new AsyncDisposableStack();
  owned.defer(() => Deno.remove(dataDir, { recursive: true }));
  const database = name === undefined ? null : owned.use(await startDatabase(name, DATA));
  const start = async (mode: "debug" | "release"): Promise<RunningServer> =>
    await startServer({
      dataDir,
      cwd: checkout.directory,
      command: [...(isolates === undefined ? ON_CORE_0 : []), ...await startCommand(checkout, dataDir)],
      mode,
      env: { ...UNLIMITED, CHAT_SECRET: SECRET, ...env, ...database?.env, CHAT_WORKERS: `${isolates ?? 1}` },
    });
  const tokens = signedIn === true ? `${dataDir}/tokens.txt` : null;
  if (people > 0) {
    await using server = await start("debug");
    await registerModel(server.url);
    await server.stop();
    addPeople(dataDir, people);
    if (tokens !== null) await Deno.writeTextFile(tokens, signEverybodyIn(dataDir, SECRET).join("\n"));
  }
  const { url, pid } = owned.use(await start(tokens === null ? "debug" : "release"));
  const all = owned.move();
  return {
    dialect: "chat",
    url,
    port: Number(url.port),
    pid,
    databasePid: database?.pid ?? null,
    tokens,
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
  return { dialect, url, port, pid: child.pid, databasePid: null, tokens: null, [Symbol.asyncDispose]: end };
}

/** Starts the prototype on a store of its own, on the disk that ours has too. */
export async function startPrototype(): Promise<Target> {
  const directory = await makeDataDir();
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

/** A directory on the disk that the checkout is on, which need not have been measured yet. */
async function makeDataDir(): Promise<string> {
  await Deno.mkdir(DATA, { recursive: true });
  return await Deno.makeTempDir({ dir: DATA, prefix: "data-" });
}
