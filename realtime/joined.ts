/**
 * Several frames as one message, for clients that said they take arrays: a message costs the runtime and the network
 * far more than a frame in it.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { getLogger } from "@logtape/logtape";
import type { Transport } from "./transport.ts";

const log = getLogger(["chat", "realtime"]);

/** Length in UTF-16 units from which frames are not kept for the end of the turn. */
const MAX_LENGTH = 65_536;

/** Runs what is to be done at the end of this turn of the event loop: one wait for all who ask. */
export class EndOfTurn {
  #jobs: (() => void)[] = [];

  /** Runs `job` after everything of this turn. What it throws is logged, and keeps nobody else from theirs. */
  run(job: () => void): void {
    if (this.#jobs.length === 0) setImmediate(() => this.#runAll());
    this.#jobs.push(job);
  }

  #runAll(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) {
      try {
        job();
      } catch (error) {
        log.error("What was to be done at the end of a turn failed: {error}", { error: String(error) });
      }
    }
  }
}

/** A transport that hands over the frames of a turn as one JSON array, and a single one as it is. */
export class JoinedFrames implements Transport {
  readonly #inner: Transport;
  readonly #turn: EndOfTurn;
  #frames: string[] = [];
  #length = 0;
  readonly #flush = (): void => this.flush();

  constructor(inner: Transport, turn: EndOfTurn) {
    this.#inner = inner;
    this.#turn = turn;
  }

  /** With what waits for the end of the turn. */
  get bufferedAmount(): number {
    return this.#inner.bufferedAmount + this.#length;
  }

  get readyState(): number {
    return this.#inner.readyState ?? WebSocket.OPEN;
  }

  send(text: string): void {
    if (this.#frames.length === 0) this.#turn.run(this.#flush);
    this.#frames.push(text);
    this.#length += text.length;
    if (this.#length >= MAX_LENGTH) this.flush();
  }

  /** Hands over what waits. */
  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    this.#length = 0;
    this.#inner.send(frames.length === 1 ? frames[0] ?? "" : `[${frames.join(",")}]`);
  }

  close(code: number, reason: string): void {
    this.flush();
    this.#inner.close(code, reason);
  }

  settle(atOnce: boolean): void {
    this.#inner.settle?.(atOnce);
  }
}
