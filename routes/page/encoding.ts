/**
 * Which content encodings a client takes.
 *
 * @module
 */
import { parseAccept } from "hono/utils/accept";

/** A content encoding that is served. */
export type Encoding = "br" | "gzip" | "identity";

/** The smallest first: that decides between those that a client likes as well. */
const SERVED: readonly Encoding[] = ["br", "gzip", "identity"];

/**
 * What a client takes, by its Accept-Encoding header (RFC 9110, 12.5.3), what it likes best first. As it is a file is
 * always served, also to a client that refuses it and leaves nothing else.
 */
export function acceptedEncodings(header: string | null): readonly Encoding[] {
  if (header === null) return ["identity"];
  const weights = new Map(parseAccept(header).map(({ type, q }) => [type.toLowerCase(), q]));
  const rest = weights.get("*");
  // Not named and not refused, as it is comes after all that is named.
  const weightOf = (encoding: Encoding): number =>
    weights.get(encoding) ?? rest ?? (encoding === "identity" ? Number.MIN_VALUE : 0);
  const taken = SERVED.filter((encoding) => weightOf(encoding) > 0)
    .toSorted((one, other) => weightOf(other) - weightOf(one));
  return taken.length === 0 ? ["identity"] : taken;
}
