/**
 * How full the memory of this process is: beyond a mark nobody more is let in, which is better than to be ended by
 * the engine, or by the system, with everybody who is connected.
 *
 * @module
 */
import { getHeapStatistics } from "node:v8";
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../../db/clock.ts";

const log = getLogger(["chat", "server"]);

/** Between two looks, in ms. */
const LOOK_MS = 1_000;
/** So many sockets come or go between two looks at most. */
const LOOK_EACH = 500;
/** Parts of what there may be: from the first it is high, below the second no longer. */
const HIGH = 0.85;
const LOW = 0.75;
/**
 * What people had who left is used again, even where the system does not get it back: of those who were there when it
 * became high, so many may be there all the same, …
 */
const ROOM_AGAIN = 0.75;
/** … and so many however few they were. Idle, they take 2 MiB. */
const ALWAYS = 100;

/** What a process has of the machine's memory, and its engine of its heap, in bytes. */
export interface MemoryUse {
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapLimit: number;
}

interface MemoryMarkOptions {
  readonly clock: Clock;
  /** What the process may have of the machine's memory, in MiB; 0: only the heap has a bound, the engine's. */
  readonly limit: number;
  /** Default: asks the runtime, which takes 20 us. */
  readonly read?: () => MemoryUse;
}

/** Looks at the memory of this process each second until it is disposed. */
export class MemoryMark implements Disposable {
  readonly #options: MemoryMarkOptions;
  readonly #read: () => MemoryUse;
  #timer: Timer;
  #isHigh = false;
  /** Sockets there were at the last look, and when it became high. */
  #sockets = 0;
  #socketsLookedAt = 0;
  #socketsAtMark = 0;

  constructor(options: MemoryMarkOptions) {
    this.#options = options;
    this.#read = options.read ?? readMemory;
    this.#timer = this.#next();
  }

  /** Whether the memory is fuller than it should be. */
  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** Whether one more socket may be opened beside `sockets` open ones. */
  mayOpen(sockets: number): boolean {
    this.#sockets = sockets;
    if (Math.abs(sockets - this.#socketsLookedAt) >= LOOK_EACH) this.#look();
    return !this.#isHigh || sockets < Math.max(ALWAYS, this.#socketsAtMark * ROOM_AGAIN);
  }

  [Symbol.dispose](): void {
    this.#timer.cancel();
  }

  #next(): Timer {
    return this.#options.clock.after(LOOK_MS, () => {
      this.#look();
      this.#timer = this.#next();
    });
  }

  #look(): void {
    this.#socketsLookedAt = this.#sockets;
    const { rss, heapUsed, heapLimit } = this.#read();
    const limit = this.#options.limit * 1_048_576;
    const used = Math.max(heapUsed / heapLimit, limit > 0 ? rss / limit : 0);
    if (this.#isHigh ? used >= LOW : used < HIGH) return;
    this.#isHigh = !this.#isHigh;
    const facts = { rss: mebibytes(rss), heap: mebibytes(heapUsed), heapLimit: mebibytes(heapLimit) };
    if (this.#isHigh) {
      this.#socketsAtMark = this.#sockets;
      log.warn(
        "Memory is nearly used up, sockets are refused: {rss} MiB, heap {heap} of {heapLimit} MiB",
        facts,
      );
    } else log.info("There is memory again: {rss} MiB, heap {heap} of {heapLimit} MiB", facts);
  }
}

function readMemory(): MemoryUse {
  const { rss, heapUsed } = Deno.memoryUsage();
  return { rss, heapUsed, heapLimit: getHeapStatistics().heap_size_limit };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
