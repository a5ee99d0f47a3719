/**
 * Two well-behaved people who write to each other while something bad goes on around them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { SocketClient } from "./socket_client.ts";

/** A person who writes, and the one who reads; nobody else in a test may be one of them. */
const WRITER = 4_000_001;
const READER = 4_000_002;
/** Between two messages, in ms: within the limits of a user. */
const PACE_MS = 60;

const Acknowledged = z.object({ data: z.object({ seq: z.number() }) });
const Received = z.object({ content: z.string(), data: z.object({ seq: z.number() }) });

/** Writes one message after the other until it is stopped. */
export class Victim {
  readonly #writer: SocketClient;
  readonly #reader: SocketClient;
  readonly #readerId: number;
  readonly #latencies: number[] = [];
  readonly #running: Promise<void>;
  #isStopping = false;
  #told = 0;

  /** Begins to write. Both sockets are its own from now on, and the two have not written to each other before. */
  constructor(writer: SocketClient, reader: SocketClient, readerId: number) {
    this.#writer = writer;
    this.#reader = reader;
    this.#readerId = readerId;
    this.#running = this.#run();
    // Whoever stops it hears of a failure; until then nobody does.
    this.#running.catch(() => {});
  }

  /** Connects both in debug mode. */
  static async start(url: URL): Promise<Victim> {
    return new Victim(await SocketClient.as(url, WRITER), await SocketClient.as(url, READER), READER);
  }

  /** Everything that the one who reads was sent. */
  get seen(): SocketClient["frames"] {
    return this.#reader.frames;
  }

  /** Resolves once `count` more messages were acknowledged, so that something surely happened meanwhile. */
  async writes(count: number): Promise<void> {
    const wanted = this.#latencies.length + count;
    while (this.#latencies.length < wanted) {
      await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, PACE_MS))]);
    }
  }

  /** A line for people about the messages since the last one. */
  lap(): string {
    const sorted = this.#latencies.slice(this.#told).toSorted((one, other) => one - other);
    this.#told = this.#latencies.length;
    const at = (part: number): string => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
    return `the victim's ${sorted.length} messages: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  }

  /**
   * Ends it. Rejects unless everything was acknowledged under rising seqs without a hole, came to the other side once
   * and in order, and heartbeats were answered. Answers a {@link lap}.
   */
  async stop(): Promise<string> {
    this.#isStopping = true;
    try {
      await this.#running;
      const count = this.#latencies.length;
      const frames = (await this.#reader.settled("private")).map((frame) => Received.parse(frame));
      const wanted = Array.from({ length: count }, (_, at) => at + 1);
      assert.deepEqual(frames.map(({ data }) => data.seq), wanted);
      assert.deepEqual(frames.map(({ content }) => content), wanted.map((seq) => `victim ${seq}`));
      return this.lap();
    } finally {
      await this.#writer[Symbol.asyncDispose]();
      await this.#reader[Symbol.asyncDispose]();
    }
  }

  async #run(): Promise<void> {
    for (let seq = 1; !this.#isStopping; seq++) {
      const begun = performance.now();
      const content = `victim ${seq}`;
      const answer = await this.#writer.ask({ type: "private", to_user_id: this.#readerId, content });
      assert.equal(Acknowledged.parse(answer).data.seq, seq);
      this.#latencies.push(performance.now() - begun);
      if (seq % 10 === 0) assert.equal((await this.#reader.ask({ type: "heartbeat" })).content, "pong");
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }
}
