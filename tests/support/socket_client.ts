/**
 * A socket for tests that waits for facts: the frame that matches, or the close.
 *
 * @module
 */
import { z } from "zod";
import { checkDocumented } from "./documented_frames.ts";

/** A frame as it came, loosely typed so that tests can look at all of it. */
export const AnyFrame = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  from_user_id: z.number().optional(),
  to_user_id: z.number().optional(),
  content: z.string().optional(),
  timestamp: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
export type AnyFrame = z.infer<typeof AnyFrame>;

/** How a socket ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface Waiter {
  readonly match: (frame: AnyFrame) => boolean;
  readonly resolve: (frame: AnyFrame) => void;
}

/** How long a fact may take before the test fails, ms. */
const PATIENCE_MS = 30_000;

/** The highest user id: nobody writes to it in a test, so marks there move nothing. */
const NOBODY = 4_294_967_295;

/**
 * One open socket. Disposing it closes it and waits for the close, and rejects where a frame came that is not as
 * asyncapi.json says.
 */
export class SocketClient implements AsyncDisposable {
  /** Every frame that came, in order. */
  readonly frames: AnyFrame[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  #waiters: Waiter[] = [];
  #seen = 0;
  #undocumented: unknown = null;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", (event) => resolve({ code: event.code, reason: event.reason }));
    });
    socket.addEventListener("message", (event) => this.#take(AnyFrame.parse(JSON.parse(String(event.data)))));
  }

  /** Opens a socket; rejects when the handshake is refused. */
  static async open(
    url: string | URL,
    options: {
      readonly protocols?: string[];
      readonly headers?: Record<string, string>;
      /** From where, and whom it trusts. */
      readonly client?: Deno.HttpClient;
    } = {},
  ): Promise<SocketClient> {
    const address = new URL(url);
    address.protocol = address.protocol.replace("http", "ws");
    const client = new SocketClient(new WebSocket(address, options));
    await new Promise<void>((resolve, reject) => {
      client.socket.addEventListener("open", () => resolve(), { once: true });
      client.socket.addEventListener(
        "error",
        () => reject(new Error(`The handshake of ${address} was refused`)),
        {
          once: true,
        },
      );
    });
    return client;
  }

  /** Opens a socket as somebody in debug mode and waits until it is welcome. */
  static async as(
    base: string | URL,
    userId: number,
    options: { readonly username?: string; readonly protocols?: string[] } = {},
  ): Promise<SocketClient> {
    const url = new URL("/ws", base);
    url.searchParams.set("user_id", String(userId));
    url.searchParams.set("username", options.username ?? `user${userId}`);
    const client = await SocketClient.open(url, options.protocols ? { protocols: options.protocols } : {});
    await client.next("welcome");
    return client;
  }

  /** Sends a frame, or any text. */
  send(frame: object | string): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /**
   * The next frame, not answered before, that matches a type or a test. Frames passed over stay in
   * {@link frames}, and are not answered any more.
   */
  next(match: string | ((frame: AnyFrame) => boolean)): Promise<AnyFrame> {
    const test = typeof match === "string" ? (frame: AnyFrame) => frame.type === match : match;
    while (this.#seen < this.frames.length) {
      const frame = this.frames[this.#seen++];
      if (frame !== undefined && test(frame)) return Promise.resolve(frame);
    }
    return this.#wait(test, String(match));
  }

  /** Sends a frame and waits for the frame with its id, or for the acknowledgement of a message with it. */
  async ask(
    frame: { readonly type: string; readonly id?: string; readonly [key: string]: unknown },
  ): Promise<AnyFrame> {
    const id = frame.id ?? crypto.randomUUID();
    this.send({ ...frame, id });
    return await this.next((one) => one.id === id || one.data?.["original_message_id"] === id);
  }

  /**
   * Everything that came until now, surely: a mark is stored and answered behind all that was sent before it.
   * Answers the frames of `type`.
   */
  async settled(type?: string): Promise<readonly AnyFrame[]> {
    const id = crypto.randomUUID();
    await this.ask({ type: "read", id, "to_user_id": NOBODY });
    return this.frames.filter((frame) => frame.id !== id && (type === undefined || frame.type === type));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) {
      this.socket.close();
      await this.closed;
    }
    if (this.#undocumented !== null) throw this.#undocumented;
  }

  #take(frame: AnyFrame): void {
    this.frames.push(frame);
    try {
      checkDocumented(frame);
    } catch (error) {
      this.#undocumented ??= error;
    }
    const waiter = this.#waiters.find((one) => one.match(frame));
    if (waiter === undefined) return;
    this.#waiters = this.#waiters.filter((one) => one !== waiter);
    this.#seen = this.frames.length;
    waiter.resolve(frame);
  }

  #wait(match: (frame: AnyFrame) => boolean, what: string): Promise<AnyFrame> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        const came = this.frames.slice(-8).map((frame) => JSON.stringify(frame).slice(0, 200)).join("\n");
        reject(new Error(`${why} while waiting for ${what}; the last frames were:\n${came}`));
      };
      const timer = setTimeout(() => fail("Time ran out"), PATIENCE_MS);
      void this.closed.then((closed) => fail(`The socket closed (${closed.code})`));
      this.#waiters.push({
        match,
        resolve: (frame) => {
          clearTimeout(timer);
          resolve(frame);
        },
      });
    });
  }
}
