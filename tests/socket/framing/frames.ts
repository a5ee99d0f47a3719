/**
 * Frames as bytes, right or wrong, whole or in pieces.
 *
 * @module
 */
import { OPCODE } from "../../support/raw_socket.ts";

/** Written at once; or a wait until all that was written before is answered by one frame more. */
export type Part = Uint8Array | typeof ANSWERED;

/** See {@link Part}. */
export const ANSWERED = Symbol("answered");

/** The id of a heartbeat that the server answers with it. */
export const ID = "echo";

/** The mask of the RFC's example: one of zeros would hide a server that does not take it off. */
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;
const ENCODER = new TextEncoder();

/** What may be wrong with a frame, or unusual. */
export interface Oddity {
  /** False: more fragments follow. */
  readonly fin?: boolean;
  /** The three reserved bits, as a number. */
  readonly rsv?: number;
  /** False: not masked, as only servers may. */
  readonly masked?: boolean;
}

/** Bytes by their numbers. */
export function bytes(...numbers: readonly number[]): Uint8Array {
  return new Uint8Array(numbers);
}

/** Bytes one after the other. */
export function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(
    parts.flatMap((part) => [...typeof part === "string" ? ENCODER.encode(part) : part]),
  );
}

/** Any frame. */
export function frame(opcode: number, payload: string | Uint8Array = "", oddity: Oddity = {}): Uint8Array {
  const { fin = true, rsv = 0, masked = true } = oddity;
  const body = joined(payload);
  const mask = masked ? 0x80 : 0;
  const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
  if (body.length < 126) head.push(mask | body.length);
  else if (body.length < 65_536) head.push(mask | 126, body.length >> 8, body.length & 255);
  else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (body.length >> shift) & 255));
  if (!masked) return joined(bytes(...head), body);
  return joined(bytes(...head, ...MASK), body.map((byte, at) => byte ^ (MASK[at % 4] ?? 0)));
}

/** A text message in one frame. */
export function text(payload: string | Uint8Array): Uint8Array {
  return frame(OPCODE.text, payload);
}

/** A binary message in one frame. */
export function binary(payload: string | Uint8Array): Uint8Array {
  return frame(OPCODE.binary, payload);
}

/** A ping. */
export function ping(payload: string | Uint8Array = ""): Uint8Array {
  return frame(OPCODE.ping, payload);
}

/** A pong. */
export function pong(payload: string | Uint8Array = ""): Uint8Array {
  return frame(OPCODE.pong, payload);
}

/** A close frame with a code, or with a payload of any form. */
export function close(code: number | Uint8Array, reason: string = ""): Uint8Array {
  const payload = typeof code === "number" ? joined(bytes(code >> 8, code & 255), reason) : code;
  return frame(OPCODE.close, payload);
}

/** A text message in fragments. */
export function fragments(...payloads: readonly (string | Uint8Array)[]): Uint8Array[] {
  return payloads.map((payload, at) =>
    frame(at === 0 ? OPCODE.text : OPCODE.continuation, payload, { fin: at === payloads.length - 1 })
  );
}

/** Bytes in pieces of `size`. */
export function pieces(whole: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(whole.length / size);
  return Array.from({ length: count }, (_, at) => whole.subarray(at * size, (at + 1) * size));
}

/** Frames octet by octet. */
export function octets(...frames: readonly Uint8Array[]): Uint8Array[] {
  return frames.flatMap((one) => pieces(one, 1));
}

/** A text that is answered with its id, of `length` bytes if that is more than it takes. */
export function echo(length: number = 0): string {
  const empty = JSON.stringify({ type: "heartbeat", content: "", id: ID });
  return JSON.stringify({
    type: "heartbeat",
    content: "*".repeat(Math.max(0, length - empty.length)),
    id: ID,
  });
}

/** A text that is answered with an id of these bytes, if they are UTF-8. */
export function echoOf(id: string | Uint8Array): Uint8Array {
  return joined('{"type":"heartbeat","id":"', id, '"}');
}
