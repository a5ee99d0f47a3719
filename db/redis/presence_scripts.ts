/**
 * What happens to rosters in one step on the server.
 *
 * `instances` is a hash of versions by instance, `gone` the set of those that said goodbye; each instance has a
 * roster, a hash of people by user id, and while it is alive a lease, which goes by itself.
 *
 * @module
 */
import { Script } from "./script.ts";

/** What every script begins with. KEYS: instances, gone. ARGV: prefix of leases, prefix of rosters, instance. */
const STATE = `
local instances, gone = KEYS[1], KEYS[2]
local leases, rosters, id = ARGV[1], ARGV[2], ARGV[3]
local function state(one)
  if redis.call('SISMEMBER', gone, one) == 1 then return 'left' end
  if redis.call('EXISTS', leases .. one) == 1 then return 'alive' end
  return 'lost'
end
`;

/** ARGV besides: length of the lease in ms, or an empty text after the goodbye. Answers the version, then the others. */
export const RENEW = new Script(`${STATE}
if ARGV[4] ~= '' then
  redis.call('SET', leases .. id, '', 'PX', ARGV[4])
  redis.call('HSETNX', instances, id, 0)
end
local own, others = '0', {}
local all = redis.call('HGETALL', instances)
for at = 1, #all, 2 do
  if all[at] == id then own = all[at + 1] else others[#others + 1] = { all[at], all[at + 1], state(all[at]) } end
end
return { own, others }
`);

/**
 * ARGV besides: version, `whole` or nothing, how many left, their ids, then id and text of each who came. Answers 1,
 * or 0 and nothing is written where the version before is not the one that is stored.
 */
export const WRITE = new Script(`${STATE}
local roster, version = rosters .. id, tonumber(ARGV[4])
if ARGV[5] == 'whole' then
  redis.call('DEL', roster)
elseif tonumber(redis.call('HGET', instances, id) or 0) ~= version - 1 then
  return 0
end
redis.call('HSET', instances, id, ARGV[4])
local at = 7 + tonumber(ARGV[6])
for left = 7, at - 1 do redis.call('HDEL', roster, ARGV[left]) end
while at <= #ARGV do
  local to = math.min(at + 999, #ARGV)
  redis.call('HSET', roster, unpack(ARGV, at, to))
  at = to + 1
end
return 1
`);

/** Answers the version and everybody's text, or nothing where there is no roster. */
export const READ = new Script(`${STATE}
local version = redis.call('HGET', instances, id)
return version and { version, redis.call('HVALS', rosters .. id) }
`);

/** ARGV besides: prefix of claims, length of a claim in ms. Answers 1 to one caller. */
export const CLAIM = new Script(`${STATE}
if redis.call('HEXISTS', instances, id) == 0 or state(id) == 'alive' then return 0 end
return redis.call('SET', ARGV[4] .. id, '', 'NX', 'PX', ARGV[5]) and 1 or 0
`);

/** ARGV besides: prefix of claims. Answers 1 where there was a roster of an instance that is not alive. */
export const REMOVE = new Script(`${STATE}
if redis.call('HEXISTS', instances, id) == 0 or state(id) == 'alive' then return 0 end
redis.call('HDEL', instances, id)
redis.call('SREM', gone, id)
redis.call('DEL', rosters .. id, ARGV[4] .. id)
return 1
`);

export const LEAVE = new Script(`${STATE}
redis.call('HSETNX', instances, id, 0)
redis.call('SADD', gone, id)
redis.call('DEL', leases .. id)
`);
