/**
 * A file that is served.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { getMimeType } from "hono/utils/mime";

/** A file that is served. */
export interface Asset {
  /** Its media type. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names its bytes: 22 characters that fit into an address. */
  readonly hash: string;
  /** Whether its address names its bytes, so that there is never anything else at it. */
  readonly isImmutable: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A file, typed by the end of its name. */
export function toAsset(
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  { isImmutable = false }: { readonly isImmutable?: boolean } = {},
): Asset {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  return { type: getMimeType(name) ?? "application/octet-stream", bytes, hash: hashOf(bytes), isImmutable };
}

/** What names these bytes and no others. */
export function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 22);
}

/** The text of a file. */
export function textOf(asset: Asset): string {
  return decoder.decode(asset.bytes);
}
