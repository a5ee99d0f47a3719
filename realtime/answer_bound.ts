/**
 * Keeps answers full of messages within their bytes: what the store estimates, this counts.
 *
 * @module
 */
import { utf8Length } from "./codec.ts";
import type { MessageFrame } from "./frames.ts";

/** JSON writes a control character as six bytes; no frame's other fields come near the second number. */
const MAX_BYTES_PER_UNIT = 6;
const MAX_FRAME_OVERHEAD = 1_024;

/** Messages that fit, in their order, and whether others did not. */
export interface Kept {
  readonly messages: MessageFrame[];
  readonly bytes: number;
  readonly isCut: boolean;
}

/**
 * Keeps as many of `messages` (rising seq) as fit into `maxBytes` of JSON, from the newest down or from the
 * oldest up.
 */
export function keepWithin(
  messages: readonly MessageFrame[],
  maxBytes: number,
  side: "newest" | "oldest",
): Kept {
  const most = messages.reduce((sum, one) => sum + upperBound(one), 0);
  if (most <= maxBytes) return { messages: [...messages], bytes: most, isCut: false };
  const ordered = side === "newest" ? messages.toReversed() : messages;
  const kept: MessageFrame[] = [];
  let bytes = 0;
  for (const message of ordered) {
    const size = utf8Length(JSON.stringify(message)) + 1;
    if (bytes + size > maxBytes) break;
    bytes += size;
    kept.push(message);
  }
  return { messages: side === "newest" ? kept.reverse() : kept, bytes, isCut: kept.length < messages.length };
}

function upperBound(message: MessageFrame): number {
  return message.content.length * MAX_BYTES_PER_UNIT + MAX_FRAME_OVERHEAD;
}
