/**
 * By what a repeat is known to be one.
 *
 * @module
 */
import { hash } from "node:crypto";
import { Buffer } from "node:buffer";
import type { ConversationRef } from "./model.ts";

/** 16 bytes of the recipient's and the content's SHA-256. */
export function bodyHash(conversation: ConversationRef, content: string): Uint8Array {
  return hash("sha256", `${conversation.id}\0${content}`, "buffer").subarray(0, 16);
}

/** The same in hexadecimal, which takes a third of the time. */
export function bodyHashHex(conversation: Pick<ConversationRef, "id">, content: string): string {
  return hash("sha256", `${conversation.id}\0${content}`).slice(0, 32);
}

/** Whether two hashes are one. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
