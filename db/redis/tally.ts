/**
 * Tries, counted in Redis for all instances.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Quota, Tally } from "../tally.ts";
import type { RedisLink } from "./link.ts";
import { Script } from "./script.ts";

/** KEYS: count and trickle of each quota. ARGV: limit, window and trickle of each, in ms; a trickle of 0 is none. */
const TAKE = new Script(`
local wait, crowded = 0, {}
for at = 1, #KEYS / 2 do
  local count, trickle = KEYS[2 * at - 1], KEYS[2 * at]
  if tonumber(redis.call('GET', count) or 0) >= tonumber(ARGV[3 * at - 2]) then
    if ARGV[3 * at] == '0' then
      wait = math.max(wait, redis.call('PTTL', count), 1)
    elseif redis.call('EXISTS', trickle) == 1 then
      wait = math.max(wait, redis.call('PTTL', trickle), 1)
    else
      crowded[#crowded + 1] = at
    end
  end
end
if wait > 0 then return wait end
for _, at in ipairs(crowded) do redis.call('SET', KEYS[2 * at], '', 'PX', ARGV[3 * at]) end
for at = 1, #KEYS / 2 do
  if redis.call('INCR', KEYS[2 * at - 1]) == 1 then redis.call('PEXPIRE', KEYS[2 * at - 1], ARGV[3 * at - 1]) end
end
return 0
`);

/** KEYS: count of each quota. */
const GIVE_BACK = new Script(`
for _, count in ipairs(KEYS) do
  local tries = tonumber(redis.call('GET', count) or 0)
  if tries > 1 then redis.call('DECR', count) elseif tries == 1 then redis.call('DEL', count) end
end
`);

const Wait = z.number().int().nonnegative();

/** The tries of a Redis. */
export class RedisTally implements Tally {
  readonly #link: RedisLink;
  readonly #prefix: string;

  constructor({ link, prefix }: { readonly link: RedisLink; readonly prefix: string }) {
    this.#link = link;
    this.#prefix = `${prefix}:limit`;
  }

  async take(quotas: readonly Quota[]): Promise<number> {
    const keys = quotas.flatMap((quota) => [this.#keyOf(quota), `${this.#keyOf(quota)}:trickle`]);
    const args = quotas.flatMap(({ limit, windowMs, trickleMs = 0 }) => [limit, windowMs, trickleMs]);
    return Wait.parse(await TAKE.run(this.#link, keys, args));
  }

  async giveBack(quotas: readonly Quota[]): Promise<void> {
    await GIVE_BACK.run(this.#link, quotas.map((quota) => this.#keyOf(quota)), []);
  }

  async reset(quotas: readonly Quota[]): Promise<void> {
    if (quotas.length === 0) return;
    await this.#link.run((client) => client.del(...quotas.map((quota) => this.#keyOf(quota))));
  }

  /** What people typed is of any length, and is nobody's business who reads the database. */
  #keyOf({ kind, key }: Quota): string {
    return `${this.#prefix}:${kind}:${createHash("sha256").update(key).digest("base64url")}`;
  }
}
