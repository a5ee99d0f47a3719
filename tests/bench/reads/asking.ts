/**
 * Questions to a running server, and how long each answer took to come.
 *
 * @module
 */
import { OPCODE, RawSocket } from "../../support/raw_socket.ts";

/** How long an answer may take before the bench gives up, ms. */
const PATIENCE_MS = 60_000;
/** A rest is this many times as long as the answer took; the server's pauses are three times as long. */
const REST_FACTOR = 4;
/** Where in a frame its id stands, or what it acknowledges. */
const NAMED_WITHIN = 300;

/**
 * An open socket of somebody in debug mode, which asks one thing at a time. A frame is one write: the runtime's own
 * WebSocket writes a longer one in two, and the second waits 40 ms for the system to acknowledge the first.
 */
export class AskingSocket implements AsyncDisposable {
  readonly #socket: RawSocket;
  readonly #reading: Promise<void>;
  #count = 0;
  #waiting: { readonly name: string; readonly came: (text: string) => void } | null = null;

  private constructor(socket: RawSocket) {
    this.#socket = socket;
    this.#reading = this.#read();
  }

  /** Opens one; resolves when it is welcome and knows who is online. */
  static async open(base: URL, userId: number): Promise<AskingSocket> {
    const path = `/ws?user_id=${userId}&username=person${userId}`;
    const headers = { "sec-websocket-protocol": "go-chat" };
    const socket = new AskingSocket(await RawSocket.upgrade(base, path, headers));
    await socket.#next('"type":"user_list"');
    return socket;
  }

  /** Asks, and answers with the frame that has the question's id, as text. */
  async ask(frame: { readonly type: string; readonly [field: string]: unknown }): Promise<string> {
    const id = `ask-${++this.#count}`;
    const answer = this.#next(`"id":"${id}"`);
    await this.#write(OPCODE.text, new TextEncoder().encode(JSON.stringify({ ...frame, id })));
    return await answer;
  }

  /** Writes a message; resolves when it is stored. */
  async acknowledged(to: number, content: string): Promise<void> {
    const id = crypto.randomUUID();
    const answer = this.#next(id);
    const frame = { type: "private", id, "to_user_id": to, content };
    await this.#write(OPCODE.text, new TextEncoder().encode(JSON.stringify(frame)));
    await answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const { opcode, payload } of this.#socket.frames()) {
      if (opcode === OPCODE.ping) await this.#write(OPCODE.pong, payload);
      if (opcode !== OPCODE.text || this.#waiting === null) continue;
      const text = decoder.decode(payload);
      if (text.slice(0, NAMED_WITHIN).includes(this.#waiting.name)) this.#waiting.came(text);
    }
  }

  async #write(opcode: number, payload: Uint8Array): Promise<void> {
    const { length } = payload;
    const size = length < 126
      ? [0x80 | length]
      : length < 65_536
      ? [0x80 | 126, length >> 8, length & 255]
      : [0x80 | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (length >> shift) & 255)];
    const head = [0x80 | opcode, ...size, 0, 0, 0, 0];
    const frame = new Uint8Array(head.length + length);
    frame.set(head);
    frame.set(payload, head.length);
    await this.#socket.write(frame);
  }

  async #next(name: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error(`No answer with ${name} came`)), PATIENCE_MS);
    void this.#reading.then(() => reject(new Error(`The socket closed before an answer with ${name}`)));
    this.#waiting = { name, came: resolve };
    try {
      const text = await promise;
      if (text.includes('"type":"error"')) throw new Error(`The server answered ${text}`);
      return text;
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
    }
  }
}

/** Asks over HTTP as somebody in debug mode; answers the whole text. */
export async function get(base: URL, path: string, userId: number): Promise<string> {
  const url = new URL(path, base);
  url.searchParams.set("user_id", String(userId));
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`The server answered ${response.status}: ${text}`);
  return text;
}

/** Times in ms of many answers, and how long the answers were. */
export interface Timed {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** The mean length of an answer, in UTF-16 units. */
  readonly length: number;
}

/** One question that is ready to be asked. */
export type Ask = () => Promise<string>;

/**
 * Asks `count` times, one after the other; what `prepare` does is not timed. `rest`: waits after each answer, so that
 * the pause that the server gives whoever asked is over.
 */
export async function time(
  count: number,
  prepare: (at: number) => Ask,
  { rest = false }: { readonly rest?: boolean } = {},
): Promise<Timed> {
  const times: number[] = [];
  let length = 0;
  for (let at = 0; at < count; at++) {
    const ask = prepare(at);
    const begun = performance.now();
    const answer = await ask();
    const took = performance.now() - begun;
    times.push(took);
    length += answer.length;
    if (rest) await new Promise((resolve) => setTimeout(resolve, took * REST_FACTOR));
  }
  return { ...summary(times), length: length / count };
}

/** The middle, the 99th of a hundred and the longest. */
export function summary(times: readonly number[]): Omit<Timed, "length"> {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
  return { count: times.length, p50: at(0.5), p99: at(0.99), most: at(1) };
}
