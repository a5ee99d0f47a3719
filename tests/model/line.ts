/**
 * A socket without a network, with what networks do: frames on their way, readers that stop, ends nobody hears of.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ServerFrame } from "../../realtime/frames.ts";
import type { SocketEvents, Transport } from "../../realtime/mod.ts";
import type { Server } from "./ground.ts";

/** One connection as the network sees it. */
export class Line implements Transport {
  readonly user: number;
  /** The instance it ends at. */
  readonly at: Server;
  readonly #onSent: (frame: ServerFrame) => void;
  readonly #onOver: () => void;
  #events: SocketEvents | null = null;
  /** Frames on their way to the client. */
  #arrived: ServerFrame[] = [];
  #fault: unknown = null;
  #waiting = 0;
  #isStalled = false;
  #isVanished = false;
  #vanishedAt = 0;
  #closedWith: number | null = null;
  #isOver = false;

  constructor(
    user: number,
    at: Server,
    on: { readonly sent: (frame: ServerFrame) => void; readonly over: () => void },
  ) {
    this.user = user;
    this.at = at;
    this.#onSent = on.sent;
    this.#onOver = on.over;
  }

  /** Bytes the network did not take: none while the client reads. */
  get bufferedAmount(): number {
    return this.#isStalled || this.#isVanished ? this.#waiting : 0;
  }

  /** The number the server closed it with. */
  get closedWith(): number | null {
    return this.#closedWith;
  }

  /** Whether the client is gone without a sign. */
  get isVanished(): boolean {
    return this.#isVanished;
  }

  /** When it vanished, in ms. */
  get vanishedAt(): number {
    return this.#vanishedAt;
  }

  /** Whether the client reads nothing. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Whether it is over for the server: closed by it, or it was told. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins: from now on the server hears of it. */
  open(events: SocketEvents): void {
    this.#events = events;
    events.opened();
  }

  /** Called by the server. What is wrong with the frame is thrown where the client reads it. */
  send(text: string): void {
    try {
      assert.ok(!this.#isOver, `the server sends after the end: ${text}`);
      const frame = ServerFrame.parse(JSON.parse(text));
      this.#arrived.push(frame);
      this.#waiting += text.length;
      this.#onSent(frame);
    } catch (error) {
      this.#fault ??= error;
    }
  }

  /** Called by the server. */
  close(code: number): void {
    this.#closedWith = code;
    this.#end();
  }

  /** What the client writes; lost when it has vanished. */
  write(frame: object): void {
    if (!this.#isVanished && !this.#isOver) this.#events?.text(JSON.stringify(frame));
  }

  /** What has arrived at the client, once; nothing while it is stalled. */
  read(): readonly ServerFrame[] {
    if (this.#fault !== null) throw this.#fault;
    if (this.#isStalled || this.#isVanished) return [];
    const arrived = this.#arrived;
    this.#arrived = [];
    this.#waiting = 0;
    if (this.#closedWith !== null) this.#answerClose();
    return arrived;
  }

  /** The client stops reading, or goes on. */
  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
  }

  /** The client is gone, and the server does not know. */
  vanish(now: number): void {
    this.#isVanished = true;
    this.#vanishedAt = now;
  }

  /** The server notices that the client is gone; what was on its way is lost. As with real sockets, it may hear it twice. */
  cut(): void {
    this.#arrived = [];
    this.#end();
    this.#answerClose();
    this.#answerClose();
  }

  /** The server is dead. */
  breakOff(): void {
    this.#arrived = [];
    this.#isOver = true;
    this.#events = null;
  }

  #answerClose(): void {
    this.#events?.closed();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
  }
}
