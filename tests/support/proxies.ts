/**
 * The proxies that docs/deploy/ has files for: what of them is missing here.
 *
 * @module
 */
import { runs } from "./run.ts";

/** A proxy; Debian's package has the same name. */
export type ProxyName = "nginx" | "caddy";

/** Every one of them. */
export const PROXIES: readonly ProxyName[] = ["nginx", "caddy"];

/** How each tells its version. */
const VERSION: Readonly<Record<ProxyName, string>> = { nginx: "-v", caddy: "version" };

/** Those that cannot be run here. */
export async function missingProxies(): Promise<readonly ProxyName[]> {
  const missing: ProxyName[] = [];
  for (const name of PROXIES) {
    if (!await runs(name, VERSION[name])) missing.push(name);
  }
  return missing;
}
