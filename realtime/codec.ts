/**
 * Between text and frames: the only place that parses what a client wrote.
 *
 * @module
 */
import type { z } from "zod";
import { MAX_FRAME_BYTES } from "./limits.ts";
import { ClientFrame, ClientId, type ServerFrame } from "./frames.ts";

/** A text that became a frame, or why it did not. `id` is the frame's own, where it could be read. */
export type Decoded =
  | { readonly frame: ClientFrame }
  | { readonly problem: string; readonly id: string | undefined };

/** Reads one client frame. Never throws: a text that is no frame comes back with a sentence for the client. */
export function decode(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "The frame is not JSON", id: undefined };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { problem: "The frame is not a JSON object", id: undefined };
  }
  const parsed = ClientFrame.safeParse(value);
  return parsed.success ? { frame: parsed.data } : { problem: describe(parsed.error), id: idOf(value) };
}

/** Writes one server frame. */
export function encode(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/** Writes a `user_list` frame of people who are encoded already, with commas between. */
export function encodeUserList(timestamp: string, users: string): string {
  return `{"type":"user_list","timestamp":"${timestamp}","data":{"users":[${users}]}}`;
}

/** Whether a text is over {@link MAX_FRAME_BYTES} in UTF-8. */
export function isTooBig(text: string): boolean {
  if (text.length > MAX_FRAME_BYTES) return true;
  // A UTF-16 unit is at most three bytes, so most texts need no count.
  return text.length * 3 > MAX_FRAME_BYTES && utf8Length(text) > MAX_FRAME_BYTES;
}

/** Length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  return ENCODER.encode(text).byteLength;
}

const ENCODER = new TextEncoder();

function idOf(value: object): string | undefined {
  const id: unknown = Object.hasOwn(value, "id") ? Reflect.get(value, "id") : undefined;
  const usable = ClientId.safeParse(id);
  return usable.success ? usable.data : undefined;
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "The frame is malformed";
  if (issue.code === "invalid_union") return "The frame's type is unknown";
  const path = issue.path.map(String).join(".").slice(0, 80);
  return path === "" ? `The frame is malformed: ${issue.message}` : `Field "${path}": ${issue.message}`;
}
