/**
 * What happens to sessions in one step on the server.
 *
 * A session is a hash that goes by itself when it ends. The sessions of a user are a sorted set of ids by last use,
 * which outlives each of them.
 *
 * @module
 */
import { Script } from "./script.ts";

/** `outlive(index, ms)`: the set of a user's sessions lives at least that long. */
const OUTLIVE = `
local function outlive(index, ms)
  if redis.call('PTTL', index) < ms then redis.call('PEXPIRE', index, string.format('%.0f', ms)) end
end
`;

/** KEYS: session, index. ARGV: time to live, id, and the fields of the session by name. */
export const CREATE = new Script(`${OUTLIVE}
local ttl = tonumber(ARGV[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'lastUsedAt'), ARGV[2])
outlive(KEYS[2], ttl + 60000)
`);

/** KEYS: index. ARGV: prefix of sessions. Answers a flat list of names and values for each session there is. */
export const LIST = new Script(`
local found = {}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, -1)) do
  local session = redis.call('HGETALL', ARGV[1] .. id)
  if #session == 0 then redis.call('ZREM', KEYS[1], id) else found[#found + 1] = session end
end
return found
`);

/**
 * KEYS: index. ARGV: prefix of sessions, user id, channel of ended sessions, `ids` or `but`, ids. Answers the ids
 * that ended, and tells every instance of them.
 */
export const END = new Script(`
local chosen = {}
if ARGV[4] == 'ids' then
  for at = 5, #ARGV do chosen[#chosen + 1] = ARGV[at] end
else
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if id ~= ARGV[5] then chosen[#chosen + 1] = id end
  end
end
local ended = {}
for _, id in ipairs(chosen) do
  if redis.call('HGET', ARGV[1] .. id, 'userId') == ARGV[2] then
    redis.call('DEL', ARGV[1] .. id)
    ended[#ended + 1] = id
  end
  redis.call('ZREM', KEYS[1], id)
end
if #ended > 0 then redis.call('PUBLISH', ARGV[3], cjson.encode(ended)) end
return ended
`);

/** ARGV: prefix of sessions, prefix of indexes, now, idle time, ids. Moves use forward, and removes what has ended. */
export const TOUCH = new Script(`${OUTLIVE}
local now, idle = tonumber(ARGV[3]), tonumber(ARGV[4])
for at = 5, #ARGV do
  local session = ARGV[1] .. ARGV[at]
  local found = redis.call('HMGET', session, 'userId', 'lastUsedAt', 'expiresAt')
  if found[1] then
    local index = ARGV[2] .. found[1]
    local used, ends = tonumber(found[2]), tonumber(found[3])
    if now >= ends or now >= used + idle then
      redis.call('DEL', session)
      redis.call('ZREM', index, ARGV[at])
    elseif now > used then
      local ttl = math.min(ends - now, idle)
      redis.call('HSET', session, 'lastUsedAt', ARGV[3])
      redis.call('PEXPIRE', session, string.format('%.0f', ttl))
      redis.call('ZADD', index, ARGV[3], ARGV[at])
      outlive(index, ttl + 60000)
    end
  end
end
`);

/** ARGV: prefix of sessions, now, idle time, ids. Answers which of the ids, counted from 0, are of live sessions. */
export const LIVE = new Script(`
local now, idle = tonumber(ARGV[2]), tonumber(ARGV[3])
local live = {}
for at = 4, #ARGV do
  local found = redis.call('HMGET', ARGV[1] .. ARGV[at], 'lastUsedAt', 'expiresAt')
  if found[1] and now < tonumber(found[2]) and now < tonumber(found[1]) + idle then live[#live + 1] = at - 4 end
end
return live
`);
