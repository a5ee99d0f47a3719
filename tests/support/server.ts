/**
 * Starts the real program as a process of its own, on a free port and a fresh data directory.
 *
 * @example
 * ```ts
 * await using server = await startServer();
 * const answer = await fetch(new URL("/healthz", server.url));
 * ```
 *
 * @module
 */
import { fromFileUrl, ROOT } from "./paths.ts";
import { capture, type Captured } from "./process.ts";

/** How a server under test is started; everything has a default. */
export interface ServerOptions {
  /** More command line arguments; they come last, so they win. */
  readonly args?: readonly string[];
  /** `CHAT_*` and whatever else the process should see beside the usual environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: debug, in which `?user_id=` is an identity. */
  readonly mode?: "debug" | "release";
  /** A directory that outlives the server; default: a fresh one that goes with it. */
  readonly dataDir?: string;
  /** What to run instead of `deno run … main.ts`: a compiled executable, another runtime. */
  readonly command?: readonly string[];
  /** Working directory, default: the checkout. */
  readonly cwd?: string;
  /** How long the start may take, in ms; default 30 000. */
  readonly startTimeoutMs?: number;
}

/** A program that is listening. Disposing it ends it and removes the data directory it made. */
export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/`. */
  readonly url: URL;
  /** `ws://127.0.0.1:PORT/ws`. */
  readonly socketUrl: URL;
  readonly pid: number;
  readonly dataDir: string;
  /** Settles when the process has ended. */
  readonly exited: Promise<Deno.CommandStatus>;
  /** Everything printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when standard error contains the text; rejects when the process ends or after `timeoutMs`. */
  waitForLog(text: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Sends the signal, default SIGTERM, and resolves with the exit code; rejects after 15 s. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** SIGKILL, and resolves when the process is gone. */
  kill(): Promise<void>;
}

/** What the tasks set for the program, beside its own settings. */
const TASK_ENVIRONMENT = { MALLOC_ARENA_MAX: "1" };

/** The transport of every program that tests start, unless they name one: TEST_TRANSPORT, or the default. */
export const TRANSPORT: "native" | "hardened" = Deno.env.get("TEST_TRANSPORT") === "hardened"
  ? "hardened"
  : "native";

/** The command that starts the program from the checkout with just the access it needs. */
export function programCommand(dataDir: string, runtime: string = Deno.execPath()): readonly string[] {
  const main = fromFileUrl(new URL("main.ts", ROOT));
  const checkout = fromFileUrl(ROOT);
  return [
    runtime,
    "run",
    "-P",
    "--no-prompt",
    "--v8-flags=--max-semi-space-size=4", // as the tasks do
    `--allow-read=${checkout},${dataDir}`,
    `--allow-write=${dataDir}`,
    main,
  ];
}

/** Starts the program and resolves when it says that it is listening. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const own = options.dataDir === undefined;
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "go-chat-test-" });
  const removeData = async (): Promise<void> => {
    if (own) await Deno.remove(dataDir, { recursive: true });
  };
  const [program = "", ...first] = options.command ?? programCommand(dataDir);
  const settings = ["--port", "0", "--data", dataDir, "--mode", options.mode ?? "debug"];
  const child = capture({
    program,
    args: [...first, ...settings, "--host", "127.0.0.1", ...(options.args ?? [])],
    env: { ...TASK_ENVIRONMENT, CHAT_TRANSPORT: TRANSPORT, ...options.env },
    cwd: options.cwd ?? fromFileUrl(ROOT),
  });
  try {
    const [, address = ""] = await child.waitFor("stdout", /listening on (http\S+)/, options.startTimeoutMs);
    return running(child, { url: new URL(address), dataDir, removeData });
  } catch (error) {
    await child.kill();
    await removeData();
    throw new Error(`The server did not start\n${child.stdout()}\n${child.stderr()}`, { cause: error });
  }
}

function running(
  child: Captured,
  facts: { readonly url: URL; readonly dataDir: string; readonly removeData: () => Promise<void> },
): RunningServer {
  const socketUrl = new URL("/ws", facts.url);
  socketUrl.protocol = facts.url.protocol === "https:" ? "wss:" : "ws:";
  return {
    url: facts.url,
    socketUrl,
    pid: child.pid,
    dataDir: facts.dataDir,
    exited: child.exited,
    stdout: child.stdout,
    stderr: child.stderr,
    waitForLog: async (text, timeoutMs) => void await child.waitFor("stderr", text, timeoutMs),
    stop: child.stop,
    kill: child.kill,
    async [Symbol.asyncDispose](): Promise<void> {
      await child.kill();
      await facts.removeData();
    },
  };
}
