/**
 * Reading a request's body as JSON, whatever its content type says.
 *
 * @module
 */
import type { Clock, Timer } from "../db/clock.ts";
import { ChatError } from "../realtime/errors.ts";
import { MAX_FRAME_BYTES } from "../realtime/limits.ts";

/** The largest body, in bytes (contract §2). */
export const MAX_BODY_BYTES = MAX_FRAME_BYTES;
/** A body that takes longer is kept back on purpose, in ms. */
const BODY_DEADLINE_MS = 30_000;

/** A body that is too large is read this far, and forgotten, so that its sender sees the answer, in bytes. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/** The object in a body; an empty body is an empty object. Throws `too_large` or `bad_request`. */
export async function readJsonObject(request: Request, clock: Clock): Promise<object> {
  const bytes = await readBytes(request, clock);
  if (bytes.length === 0) return {};
  const value = parse(bytes);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new ChatError("bad_request", {
    text: { en: "The body must be a JSON object", zh: "请求内容必须是 JSON 对象" },
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ChatError("bad_request", {
      text: { en: "The body must be JSON in UTF-8", zh: "请求内容必须是 UTF-8 编码的 JSON" },
    });
  }
}

/**
 * Reads and forgets what was sent and not read: a client that is still writing when the connection closes would not
 * see its answer. Bounded; never throws.
 */
export async function discardBody(request: Request, clock: Clock): Promise<void> {
  if (request.body === null || request.bodyUsed || toldLength(request) > MAX_DISCARDED_BYTES) return;
  try {
    await using chunks = new Chunks(request.body, clock);
    await discard(chunks, 0);
  } catch {
    // Who breaks off waits for no answer.
  }
}

async function readBytes(request: Request, clock: Clock): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array(0);
  if (toldLength(request) > MAX_DISCARDED_BYTES) throw new ChatError("too_large");
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    await using chunks = new Chunks(request.body, clock);
    for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        parts.length = 0;
        await discard(chunks, size);
        throw new ChatError("too_large");
      }
      parts.push(chunk);
    }
    if (chunks.isLate) throw new ChatError("bad_request");
  } catch (error) {
    throw error instanceof ChatError ? error : new ChatError("bad_request");
  }
  return joined(parts, size);
}

async function discard(chunks: Chunks, already: number): Promise<void> {
  let size = already;
  for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
    size += chunk.length;
    if (size > MAX_DISCARDED_BYTES) return;
  }
}

function toldLength(request: Request): number {
  return Number(request.headers.get("content-length") ?? 0);
}

/** A body, chunk by chunk, until its deadline. Disposing it leaves the rest. */
class Chunks implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #deadline: Timer;
  #isLate = false;
  #isDone = false;

  constructor(body: ReadableStream<Uint8Array>, clock: Clock) {
    this.#reader = body.getReader();
    this.#deadline = clock.after(BODY_DEADLINE_MS, () => {
      this.#isLate = true;
      this.#reader.cancel().catch(() => {});
    });
  }

  /** Whether the end was the deadline's and not the sender's. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** The next chunk; null at the end. Rejects when the sender breaks off. */
  async next(): Promise<Uint8Array | null> {
    const read = await this.#reader.read();
    this.#isDone = read.done;
    return read.done ? null : read.value;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#deadline.cancel();
    // Not awaited: what is not wanted need not arrive.
    if (!this.#isDone) this.#reader.cancel().catch(() => {});
    return Promise.resolve();
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
