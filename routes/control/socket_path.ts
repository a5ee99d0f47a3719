/**
 * Where a running server listens for commands.
 *
 * @module
 */
import { join } from "node:path";

/** Linux takes 107 bytes, macOS 103; while it is made, the name is longer. */
const MAX_PATH_BYTES = 103;

/** The draft of a socket, until it is for its owner alone. */
export const DRAFT = ".new";

/** The path of the socket in a data directory. */
export function controlPath(dataDir: string): string {
  return join(dataDir, "control.sock");
}

/** Why there can be none, as a sentence; null: there can. */
export function noControlBecause(dataDir: string): string | null {
  if (Deno.build.os === "windows") {
    return "Commands cannot reach a running server on Windows: end it first, and they open the store themselves";
  }
  const bytes = new TextEncoder().encode(controlPath(dataDir) + DRAFT).length;
  if (bytes <= MAX_PATH_BYTES) return null;
  return `Commands cannot reach this server while it runs: the path of its socket in ${
    JSON.stringify(dataDir)
  } has ` +
    `${bytes} bytes and the system takes ${MAX_PATH_BYTES}, a shorter data directory (CHAT_DATA_DIR) helps`;
}
