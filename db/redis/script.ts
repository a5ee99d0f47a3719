/**
 * Scripts that Redis runs in one step. The server is one machine and no cluster, so a script may make up the name of
 * a key from what it read in another.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RedisLink } from "./link.ts";

/** A script, and the name by which the server keeps it. */
export class Script {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash("sha1").update(lua).digest("hex");
  }

  /** Runs it; sends its text only to a server that does not have it. Throws {@link StoreUnavailableError}. */
  run(link: RedisLink, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return link.run(async (client) => {
      const rest = [...keys, ...args.map(String)];
      try {
        return await client.evalsha(this.#sha, keys.length, ...rest);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return await client.eval(this.#lua, keys.length, ...rest);
      }
    });
  }
}
