/**
 * Reading a request's body as JSON, whatever its content type says.
 *
 * @module
 */
import type { Clock } from "../db/clock.ts";
import { ChatError } from "../realtime/errors.ts";
import { MAX_FRAME_BYTES } from "../realtime/limits.ts";

/** The largest body, in bytes (contract §2). */
export const MAX_BODY_BYTES = MAX_FRAME_BYTES;
/** A body that takes longer is kept back on purpose, in ms. */
const BODY_DEADLINE_MS = 30_000;

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

async function readBytes(request: Request, clock: Clock): Promise<Uint8Array> {
  const told = Number(request.headers.get("content-length") ?? 0);
  if (told > MAX_BODY_BYTES) throw new ChatError("too_large");
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  let isLate = false;
  const deadline = clock.after(BODY_DEADLINE_MS, () => {
    isLate = true;
    reader.cancel().catch(() => {});
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > MAX_BODY_BYTES) throw new ChatError("too_large");
      chunks.push(read.value);
    }
  } catch (error) {
    if (error instanceof ChatError) {
      // What is not wanted need not arrive.
      reader.cancel().catch(() => {});
      throw error;
    }
    throw new ChatError("bad_request");
  } finally {
    deadline.cancel();
  }
  if (isLate) throw new ChatError("bad_request");
  return joined(chunks, size);
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
