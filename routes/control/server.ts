/**
 * The running server's side of commands: a socket in the data directory, for its owner alone.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { z } from "zod";
import type { Clock, Timer } from "../../db/clock.ts";
import { ChatError } from "../../realtime/errors.ts";
import { closeOnce, readLine, writeLine, writeWorking } from "./line.ts";
import { type Operate, type OperationName, OPERATIONS } from "./operations.ts";
import { controlPath, DRAFT } from "./socket_path.ts";

const log = getLogger(["chat", "control"]);
/** Commands at a time; each more is let go at once. */
const MAX_CONNECTIONS = 16;
/** Between two signs that a command is being worked on, in ms. */
const WORKING_MS = 10_000;
const REQUEST = { maxBytes: 65_536, withinMs: 5_000 };

const Request = z.object({
  operation: z.enum(Object.keys(OPERATIONS) as [OperationName, ...OperationName[]]),
  input: z.unknown(),
});

/** Listens until it is disposed. */
export class ControlServer implements AsyncDisposable {
  readonly #path: string;
  readonly #listener: Deno.UnixListener;
  readonly #operate: Operate;
  readonly #clock: Clock;
  readonly #open = new Set<Deno.Conn>();
  readonly #accepting: Promise<void>;

  /** Takes the place of a socket that a killed program left: whoever calls has the lock of the directory. */
  constructor(dataDir: string, operate: Operate, clock: Clock) {
    this.#path = controlPath(dataDir);
    this.#operate = operate;
    this.#clock = clock;
    const draft = this.#path + DRAFT;
    removeIfThere(draft);
    this.#listener = Deno.listen({ transport: "unix", path: draft });
    // Before it has its name, so that nobody else ever reaches it.
    Deno.chmodSync(draft, 0o600);
    Deno.renameSync(draft, this.#path);
    this.#accepting = this.#accept();
  }

  /** The executable may touch no files by then, and leaves the socket: nobody answers there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#open) closeOnce(connection);
    const { state } = await Deno.permissions.query({ name: "write", path: this.#path });
    if (state === "granted") removeIfThere(this.#path);
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        if (this.#open.size >= MAX_CONNECTIONS) connection.close();
        else void this.#answer(connection);
      }
    } catch (error) {
      log.error("Commands cannot reach this server any more: {error}", { error: String(error) });
    }
  }

  async #answer(connection: Deno.Conn): Promise<void> {
    this.#open.add(connection);
    try {
      const line = await readLine(connection, { ...REQUEST, clock: this.#clock });
      if (line !== null) await writeLine(connection, await this.#working(connection, this.#outcome(line)));
    } catch (error) {
      log.debug("A command left: {error}", { error: String(error) });
    } finally {
      this.#open.delete(connection);
      closeOnce(connection);
    }
  }

  /** Long work, such as an erasure, is not taken for silence. */
  async #working<T>(connection: Deno.Conn, work: Promise<T>): Promise<T> {
    let timer: Timer;
    const next = (): Timer =>
      this.#clock.after(WORKING_MS, () => {
        timer = next();
        // Whoever asked may have left; the work goes on.
        writeWorking(connection).catch(() => {});
      });
    timer = next();
    try {
      return await work;
    } finally {
      timer.cancel();
    }
  }

  async #outcome(line: string): Promise<unknown> {
    try {
      const { operation, input } = Request.parse(JSON.parse(line));
      return { output: await this.#operate(operation, OPERATIONS[operation].input.parse(input) as never) };
    } catch (error) {
      if (error instanceof ChatError) return { failed: error.details.text?.en ?? error.message };
      if (error instanceof z.ZodError || error instanceof SyntaxError) {
        return { refused: "The running server does not understand this command: it may be another version" };
      }
      log.error("A command failed: {error}", { error: String(error) });
      return { failed: "The running server could not do this; its log says why" };
    }
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
