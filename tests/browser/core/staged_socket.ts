/**
 * A socket whose other end is the test.
 *
 * @module
 */
import assert from "node:assert/strict";

/** One frame as the client wrote it. */
export interface Sent {
  readonly type: string;
  readonly id?: string;
  readonly "to_user_id"?: number;
  readonly content?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Events {
  readonly message: (data: unknown) => void;
  readonly close: (code: number, reason: string) => void;
}

/** A socket whose other end is the test. */
export class StagedSocket {
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: Sent[] = [];
  readonly closes: number[] = [];
  readonly url: string;
  readonly protocols: readonly string[];
  readonly #events: Events;

  constructor(url: string, protocols: readonly string[], events: Events) {
    this.url = url;
    this.protocols = protocols;
    this.#events = events;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1000): void {
    this.closes.push(code);
    this.readyState = 3;
  }

  /** The server says something. */
  say(frame: unknown): void {
    this.#events.message(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The connection ends. */
  drop(code: number, reason = ""): void {
    this.readyState = 3;
    this.#events.close(code, reason);
  }

  /** What was written, of one type. */
  of(type: string): readonly Sent[] {
    return this.sent.filter((frame) => frame.type === type);
  }

  /** The newest frame of a type; fails when there is none. */
  last(type: string): Sent {
    const frame = this.of(type).at(-1);
    assert.ok(frame !== undefined, `nothing of type ${type} was sent: ${JSON.stringify(this.sent)}`);
    return frame;
  }
}
