/**
 * A child process whose output is kept and can be waited for.
 *
 * @module
 */

/** What to run. No shell is involved. */
export interface ProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Default: those of this process. */
  readonly uid?: number;
  readonly gid?: number;
  /** A process group of its own, which every signal reaches as a whole, as a terminal's Ctrl-C does. */
  readonly group?: boolean;
}

/** A process whose output is being kept. */
export interface Captured {
  readonly pid: number;
  /** Settles when the process has ended and all of its output was read. */
  readonly exited: Promise<Deno.CommandStatus>;
  stdout(): string;
  stderr(): string;
  /** Resolves with the match once the stream has it; rejects when the process ends or after `timeoutMs`. */
  waitFor(stream: "stdout" | "stderr", text: string | RegExp, timeoutMs?: number): Promise<readonly string[]>;
  /** Sends a signal and resolves with the exit code; rejects after 15 s. */
  stop(signal?: Deno.Signal): Promise<number>;
  kill(): Promise<void>;
}

/** Starts a process without the `CHAT_*` environment of this one. */
export function capture(options: ProcessOptions): Captured {
  const child = new Deno.Command(options.program, {
    args: [...options.args],
    env: { ...usualEnvironment(), NO_COLOR: "1", ...options.env },
    clearEnv: true,
    cwd: options.cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: options.group ?? false,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  }).spawn();
  const output = { stdout: new Output(child.stdout), stderr: new Output(child.stderr) };
  const exited = Promise.all([child.status, output.stdout.read, output.stderr.read]).then(([status]) =>
    status
  );
  const signal = (name: Deno.Signal): void => {
    try {
      Deno.kill(options.group === true ? -child.pid : child.pid, name);
    } catch {
      // It has ended already, which is what was wanted.
    }
  };
  return {
    pid: child.pid,
    exited,
    stdout: () => output.stdout.text,
    stderr: () => output.stderr.text,
    waitFor: (stream, text, timeoutMs = 30_000) =>
      within(timeoutMs, output[stream].waitFor(text), `${options.program} did not print ${text}`),
    async stop(name = "SIGTERM"): Promise<number> {
      signal(name);
      return (await within(15_000, exited, `${options.program} did not end after ${name}`)).code;
    },
    async kill(): Promise<void> {
      signal("SIGKILL");
      await exited;
    },
  };
}

/** Stops a process as SIGSTOP does; when this returns, none of its threads runs any more. */
export function freezeProcess(pid: number): void {
  Deno.kill(pid, "SIGSTOP");
  const end = performance.now() + 5_000;
  while (!isStopped(pid)) {
    if (performance.now() > end) throw new Error(`Process ${pid} has not stopped`);
  }
}

function isStopped(pid: number): boolean {
  const threads = Deno.build.os === "linux" ? ["-L"] : [];
  const { stdout } = new Deno.Command("ps", { args: [...threads, "-o", "stat=", "-p", `${pid}`] })
    .outputSync();
  const states = new TextDecoder().decode(stdout).trim().split("\n");
  return states.every((state) => state.trim().startsWith("T"));
}

/** Settles as `promise` does, or rejects with `text` after `ms`. */
export async function within<T>(ms: number, promise: Promise<T>, text: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${text} within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** One stream of a process: the text so far, and whoever waits for more of it. */
class Output {
  text = "";
  readonly read: Promise<void>;
  #ended = false;
  #waiting = new Set<() => void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.read = this.#collect(stream);
  }

  waitFor(wanted: string | RegExp): Promise<readonly string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
    const look = (): void => {
      const found = match(this.text, wanted);
      if (found === null && !this.#ended) return;
      this.#waiting.delete(look);
      if (found !== null) resolve(found);
      else reject(new Error(`The process ended without printing ${wanted}\n${this.text}`));
    };
    this.#waiting.add(look);
    look();
    return promise;
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      this.text += piece;
      for (const look of [...this.#waiting]) look();
    }
    this.#ended = true;
    for (const look of [...this.#waiting]) look();
  }
}

function match(text: string, wanted: string | RegExp): readonly string[] | null {
  if (typeof wanted === "string") return text.includes(wanted) ? [wanted] : null;
  const found = wanted.exec(text);
  // A line that is still being written could match too early.
  return found !== null && text.indexOf("\n", found.index) >= 0 ? found : null;
}

function usualEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("CHAT_")),
  );
}
