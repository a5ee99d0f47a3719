/**
 * Password hashing in workers: bcrypt stalls the event loop, so it never runs on it.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { type Clock, systemClock, type Timer } from "../../db/clock.ts";
import { ChatError } from "../../realtime/errors.ts";
import workerSource from "./hash_worker.ts" with { type: "text" };
import type { GiveWay, HashAnswer, HashJob } from "./hash_worker.ts";
import { Pulse } from "./pulse.ts";

const log = getLogger(["chat", "accounts"]);

/** A job that takes longer has lost its worker, in ms: cost 16, the highest accepted, takes about 4 s. */
const JOB_DEADLINE_MS = 60_000;
/** Nobody who is refused is told to wait longer, ms: the crowd may have gone home. */
const MAX_RETRY_AFTER_MS = 60_000;
/** What a job of cost 10 takes until one was timed, ms; each cost doubles it. */
const GUESSED_MS_AT_10 = 60;
/** How much the newest job counts in what a job takes. */
const NEWEST = 0.2;

/** Makes and checks password digests. Throws {@link ChatError} `overloaded` when too many wait. */
export interface Hasher {
  /** The bcrypt cost of new digests, which also says which digests are worth renewing. */
  readonly cost: number;
  /** A digest of `password`, which must not exceed 72 UTF-8 bytes. */
  hash(password: string): Promise<string>;
  /** Whether `digest` (`$2a$`, `$2b$` or `$2y$`) is of `password`. A malformed digest is of nothing. */
  verify(password: string, digest: string): Promise<boolean>;
  /** Figures for /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number>;
}

/** How much the pool may use. */
export interface HashPoolOptions {
  /** bcrypt cost of new digests, 4 to 31. */
  readonly cost: number;
  /** Workers, each one core when busy. */
  readonly workers: number;
  /** Jobs that may wait; each more is refused with `overloaded`, and told when there will be a place for it. */
  readonly queue: number;
  /** Whether the workers have no core but the event loop's: then they give way to it. Default: no. */
  readonly sharesCore?: boolean;
  /** Default: the clock of this machine. */
  readonly clock?: Clock;
}

/** Starts the workers. Disposing ends them and refuses what still waits. */
export function createHashPool(options: HashPoolOptions): Hasher & AsyncDisposable {
  return new HashPool(options);
}

interface Waiting {
  readonly job: HashJob;
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Seat {
  readonly worker: Worker;
  busy: { readonly waiting: Waiting; readonly deadline: Timer; readonly since: number } | null;
}

class HashPool implements Hasher, AsyncDisposable {
  readonly #options: HashPoolOptions;
  readonly #clock: Clock;
  /** Null: the workers need not give way. */
  readonly #pulse: Pulse | null;
  readonly #seats = new Set<Seat>();
  readonly #queue: Waiting[] = [];
  #done = 0;
  #refused = 0;
  #deaths = 0;
  /** What a job takes, as seen of late, ms. */
  #jobMs: number;
  /** Until when every place that comes free is promised to somebody who was refused. */
  #promisedUntil = 0;
  #isClosed = false;

  constructor(options: HashPoolOptions) {
    if (options.workers < 1) throw new RangeError(`Cannot start a hash pool of ${options.workers} workers`);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const isWorking = (): boolean => [...this.#seats].some((seat) => seat.busy !== null);
    this.#pulse = options.sharesCore === true ? new Pulse(this.#clock, isWorking) : null;
    this.#jobMs = GUESSED_MS_AT_10 * 2 ** (options.cost - 10);
    for (let count = 0; count < options.workers; count++) this.#hire();
  }

  get cost(): number {
    return this.#options.cost;
  }

  async hash(password: string): Promise<string> {
    const answer = await this.#ask({ kind: "hash", password, cost: this.cost });
    if ("digest" in answer) return answer.digest;
    throw new Error(`Cannot hash a password: ${"error" in answer ? answer.error : "no digest came"}`);
  }

  async verify(password: string, digest: string): Promise<boolean> {
    const answer = await this.#ask({ kind: "verify", password, digest });
    return "matches" in answer && answer.matches;
  }

  figures(): ReadonlyMap<string, number> {
    return new Map([
      ["hash_jobs_total", this.#done],
      ["hash_refused_total", this.#refused],
      ["hash_worker_deaths_total", this.#deaths],
      ["hash_jobs_waiting", this.#queue.length],
      ["hash_workers", this.#seats.size],
    ]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#pulse?.[Symbol.dispose]();
    const waiting = this.#queue.splice(0);
    for (const seat of this.#seats) {
      seat.worker.terminate();
      seat.busy?.deadline.cancel();
      if (seat.busy !== null) waiting.push(seat.busy.waiting);
    }
    this.#seats.clear();
    for (const one of waiting) one.reject(new ChatError("overloaded"));
    return Promise.resolve();
  }

  #ask(job: HashJob): Promise<HashAnswer> {
    if (this.#isClosed || this.#queue.length >= this.#options.queue) {
      this.#refused++;
      return Promise.reject(new ChatError("overloaded", { retryAfterMs: this.#promisePlace() }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#dispatch();
    });
  }

  /**
   * In how many ms a place will be free: the next one for the first who is refused, the one after that for the
   * second. A crowd that is told the same time would come back as the same crowd.
   */
  #promisePlace(): number {
    const now = this.#clock.now();
    const until = Math.max(this.#promisedUntil, now) + this.#jobMs / this.#options.workers;
    this.#promisedUntil = Math.min(until, now + MAX_RETRY_AFTER_MS);
    return this.#promisedUntil - now;
  }

  #dispatch(): void {
    // A worker that died is replaced when there is work, so that one that cannot start does not spin.
    while (this.#queue.length > 0 && this.#seats.size < this.#options.workers) this.#hire();
    for (const seat of this.#seats) {
      if (seat.busy !== null) continue;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      const deadline = this.#clock.after(JOB_DEADLINE_MS, () => this.#dismiss(seat, "it does not answer"));
      seat.busy = { waiting, deadline, since: this.#clock.now() };
      seat.worker.postMessage(waiting.job);
      this.#pulse?.start();
    }
  }

  #hire(): void {
    const worker = new Worker(workerAddress(), { type: "module", name: "hash" });
    const seat: Seat = { worker, busy: null };
    const order: GiveWay | null = this.#pulse && { kind: "give way", beats: this.#pulse.beats };
    if (order !== null) worker.postMessage(order);
    worker.onmessage = (event: MessageEvent<HashAnswer>) => {
      const busy = seat.busy;
      seat.busy = null;
      busy?.deadline.cancel();
      this.#done++;
      if (busy !== null) this.#jobMs += NEWEST * (this.#clock.now() - busy.since - this.#jobMs);
      busy?.waiting.resolve(event.data);
      this.#dispatch();
    };
    worker.onerror = (event) => {
      // Unless prevented, the death of a worker is the death of the process.
      event.preventDefault();
      this.#dismiss(seat, event.message);
    };
    this.#seats.add(seat);
  }

  #dismiss(seat: Seat, reason: string): void {
    if (!this.#seats.delete(seat)) return;
    this.#deaths++;
    log.error("A hash worker ended: {reason}", { reason });
    seat.worker.terminate();
    seat.busy?.deadline.cancel();
    seat.busy?.waiting.reject(new ChatError("overloaded"));
    this.#dispatch();
  }
}

/**
 * A worker's file is read when the worker starts, unlike the modules of the program. A start that may read the data
 * directory alone takes the text it was loaded with; the executable has the file inside.
 */
function workerAddress(): string {
  const file = new URL("./hash_worker.ts", import.meta.url);
  const isInside = Deno.build.standalone === true;
  const isReadable = isInside || Deno.permissions.querySync({ name: "read", path: file }).state === "granted";
  return isReadable ? file.href : `data:application/typescript,${encodeURIComponent(workerSource)}`;
}
