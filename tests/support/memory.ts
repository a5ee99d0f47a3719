/**
 * What a process has of the machine's memory, seen from outside. Linux only.
 *
 * @module
 */
import { runQuietly } from "./run.ts";

const MEBIBYTE = 1_048_576;

/** The memory of a process, in MiB. */
export class Memory {
  readonly #pid: number;
  #before = 0;

  private constructor(pid: number) {
    this.#pid = pid;
  }

  /** Begins to watch: what the process has now is what it had before. */
  static async of(pid: number): Promise<Memory> {
    const memory = new Memory(pid);
    memory.#before = await memory.now();
    return memory;
  }

  /** What it had at the beginning. */
  get before(): number {
    return this.#before;
  }

  /** What it has. */
  now(): Promise<number> {
    return this.#read("VmRSS");
  }

  /** The most it ever had. */
  peak(): Promise<number> {
    return this.#read("VmHWM");
  }

  /** One line for people: before, peak and now, and what the peak is for each of `count`. */
  async told(what: string, count: number): Promise<string> {
    const [peak, now] = [await this.peak(), await this.now()];
    const each = ((peak - this.#before) / count).toFixed(count > 1 ? 2 : 0);
    return `${what}: ${this.#before.toFixed()} MiB -> ${peak.toFixed()} MiB, ${each} MiB each; after: ${now.toFixed()} MiB`;
  }

  async #read(name: string): Promise<number> {
    const status = await runQuietly("cat", [`/proc/${this.#pid}/status`]);
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1_024 / MEBIBYTE;
  }
}
