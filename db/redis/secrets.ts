/**
 * Whether all instances sign with secrets that the others know.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RedisLink } from "./link.ts";
import { Script } from "./script.ts";

/** An instance that was let in is taken for alive this long, in ms: its lease follows once it is ready for others. */
const STARTING_MS = 5_000;

/**
 * KEYS: fingerprints of whoever started last, instances, those that were let in. ARGV: prefix of leases, instance,
 * time it is given, fingerprints. Answers 0 where another instance is alive and none of the fingerprints is known.
 */
const AGREE = new Script(`
local leases, id = ARGV[1], ARGV[2]
local known = ' ' .. (redis.call('GET', KEYS[1]) or '') .. ' '
local mine, agrees = {}, known == '  '
for at = 4, #ARGV do
  mine[#mine + 1] = ARGV[at]
  if string.find(known, ' ' .. ARGV[at] .. ' ', 1, true) then agrees = true end
end
local isAnyone = false
for _, one in ipairs(redis.call('HKEYS', KEYS[2])) do
  if one ~= id and redis.call('EXISTS', leases .. one) == 1 then isAnyone = true end
end
for _, one in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  if redis.call('EXISTS', leases .. one) == 0 then redis.call('SREM', KEYS[3], one)
  elseif one ~= id then isAnyone = true end
end
if isAnyone and not agrees then return 0 end
redis.call('SET', KEYS[1], table.concat(mine, ' '))
redis.call('SADD', KEYS[3], id)
redis.call('SET', leases .. id, '', 'NX', 'PX', ARGV[3])
return 1
`);

/** What instances are compared by. */
export interface SecretsOptions {
  readonly link: RedisLink;
  /** Before every key. */
  readonly prefix: string;
  readonly instanceId: string;
}

/** Whether one of `secrets` is one of those that live instances have; with no other alive, any is. */
export async function agreesOn(
  secrets: readonly string[],
  { link, prefix, instanceId }: SecretsOptions,
): Promise<boolean> {
  const keys = [`${prefix}:secrets`, `${prefix}:presence:instances`, `${prefix}:secrets:starting`];
  const args = [`${prefix}:presence:lease:`, instanceId, STARTING_MS, ...secrets.map(fingerprint)];
  return await AGREE.run(link, keys, args) === 1;
}

/** Says whether two secrets are the same, and nothing else about them. */
function fingerprint(secret: string): string {
  return createHash("sha256").update(`go-chat fingerprint\0${secret}`).digest("base64url").slice(0, 16);
}
