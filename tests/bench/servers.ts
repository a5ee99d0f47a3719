/**
 * The two servers under load, each pinned to core 0 and each started afresh for every run.
 *
 * @module
 */
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { programCommand, type RunningServer, startServer } from "../support/server.ts";

/** A server that listens. */
export interface Target extends AsyncDisposable {
  readonly dialect: "chat" | "relay";
  readonly port: number;
  readonly pid: number;
}

const ON_CORE_0 = ["taskset", "-c", "0"] as const;
const DATA = fromFileUrl(new URL(".setup/bench/", ROOT));

/** No limits: one load generator is a hundred people from one address. */
const UNLIMITED = {
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_CONNECTIONS: "0",
  CHAT_LOG_LEVEL: "warning",
};

/** Starts our server in debug mode on an empty store, on the disk that the checkout is on. */
export async function startOurs(env: Readonly<Record<string, string>> = {}): Promise<Target & RunningServer> {
  const dataDir = await Deno.makeTempDir({ dir: DATA, prefix: "data-" });
  try {
    const server = await startServer({
      dataDir,
      command: [...ON_CORE_0, ...programCommand(dataDir)],
      env: { ...UNLIMITED, ...env },
    });
    const end = async (): Promise<void> => {
      await server[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    };
    return { ...server, dialect: "chat", port: Number(server.url.port), [Symbol.asyncDispose]: end };
  } catch (error) {
    await Deno.remove(dataDir, { recursive: true });
    throw error;
  }
}

/** Starts the relay on a free port. */
export async function startRelay(program: string): Promise<Target> {
  const port = freePort();
  const [command, ...args] = [...ON_CORE_0, program, String(port), "mutex"];
  const child = new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "inherit" }).spawn();
  await listens(port);
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.status;
  };
  return { dialect: "relay", port, pid: child.pid, [Symbol.asyncDispose]: end };
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
