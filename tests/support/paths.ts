/**
 * Where the checkout is.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The top folder of the checkout, as a URL with a slash at its end. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** The path of a file URL, without a slash at its end. */
export function fromFileUrl(url: URL): string {
  const path = fileURLToPath(url);
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
