/**
 * A server of somebody else's that a test runs in a directory of its own, and may do anything to.
 *
 * @module
 */
import { type Captured, freezeProcess } from "./process.ts";
import type { TemporaryDirectory } from "./temporary_directory.ts";

/** Tries at a port that somebody else takes in between. */
const TRIES = 5;

/** A running server, and how it is started again. */
export interface Started {
  readonly port: number;
  readonly directory: TemporaryDirectory;
  readonly child: Captured;
  /** Starts it on the same port and the same files; resolves when it takes connections. */
  again(): Promise<Captured>;
}

/** Starts a server at a free port; `spawn` rejects, with nothing left running, when the port is taken after all. */
export async function startAtFreePort(
  directory: TemporaryDirectory,
  spawn: (port: number) => Promise<Captured>,
): Promise<Started> {
  for (let tries = 1;; tries++) {
    const port = freePort();
    try {
      return { port, directory, child: await spawn(port), again: () => spawn(port) };
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** What every such server can be made to suffer. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #started: Started;
  #child: Captured;

  /** Takes over a server, which ends with this. */
  constructor(started: Started) {
    this.port = started.port;
    this.#started = started;
    this.#child = started.child;
  }

  /** The server's process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Ends it as a failing machine would. */
  async kill(): Promise<void> {
    this.thaw();
    await this.#child.kill();
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    await this.#child.stop("SIGTERM");
  }

  /** Starts it again after {@link kill} or {@link stop}: same port, same files. */
  async restart(): Promise<void> {
    this.#child = await this.#started.again();
  }

  /** It keeps its connections, the system takes new ones, and nothing is answered. */
  freeze(): void {
    freezeProcess(this.#child.pid);
  }

  /** Ends {@link freeze}. */
  thaw(): void {
    Deno.kill(this.#child.pid, "SIGCONT");
  }

  /** Ends it at once without waiting, when the test run itself ends. */
  abandon(): void {
    try {
      Deno.kill(this.#child.pid, "SIGKILL");
      Deno.removeSync(this.#started.directory.path, { recursive: true });
    } catch {
      // It is gone already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill().catch(() => {});
    await this.#started.directory[Symbol.asyncDispose]();
  }
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
