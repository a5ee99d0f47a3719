/**
 * What the server says of itself in the page it served.
 *
 * @module
 */
import { readFacts } from "./core/api.js";

/** @import { ServerFacts } from "./core/api.js" */

/**
 * The facts the page came with, or null where it came without.
 *
 * @returns {ServerFacts | null}
 */
export function factsInPage() {
  const meta = document.querySelector('meta[name="go-chat-server"]');
  try {
    return readFacts(JSON.parse(meta?.getAttribute("content") ?? "null")) ?? null;
  } catch {
    return null;
  }
}
