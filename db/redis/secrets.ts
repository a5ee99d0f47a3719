/**
 * Whether all instances sign with secrets that the others know.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RedisLink } from "./link.ts";
import { Script } from "./script.ts";

/**
 * KEYS: fingerprints of whoever started last, instances. ARGV: prefix of leases, fingerprints. Answers 0 where an
 * instance is alive and none of the fingerprints is known.
 */
const AGREE = new Script(`
local known = ' ' .. (redis.call('GET', KEYS[1]) or '') .. ' '
local mine, agrees = {}, known == '  '
for at = 2, #ARGV do
  mine[#mine + 1] = ARGV[at]
  if string.find(known, ' ' .. ARGV[at] .. ' ', 1, true) then agrees = true end
end
if not agrees then
  for _, id in ipairs(redis.call('HKEYS', KEYS[2])) do
    if redis.call('EXISTS', ARGV[1] .. id) == 1 then return 0 end
  end
end
redis.call('SET', KEYS[1], table.concat(mine, ' '))
return 1
`);

/** Whether one of `secrets` is one of those that live instances have; with nobody alive, any is. */
export async function agreesOn(
  secrets: readonly string[],
  { link, prefix }: { readonly link: RedisLink; readonly prefix: string },
): Promise<boolean> {
  const keys = [`${prefix}:secrets`, `${prefix}:presence:instances`];
  return await AGREE.run(link, keys, [`${prefix}:presence:lease:`, ...secrets.map(fingerprint)]) === 1;
}

/** Says whether two secrets are the same, and nothing else about them. */
function fingerprint(secret: string): string {
  return createHash("sha256").update(`go-chat fingerprint\0${secret}`).digest("base64url").slice(0, 16);
}
