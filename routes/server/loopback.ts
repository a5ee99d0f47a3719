/**
 * Tells addresses that only this machine can reach.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** Whether a host is this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return bare === "localhost" || (ipaddr.isValid(bare) && ipaddr.process(bare).range() === "loopback");
}
