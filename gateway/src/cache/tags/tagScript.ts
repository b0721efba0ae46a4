import { createScript } from '../../redis/createScript.ts';

/**
 * The clock, what it was when each tag was last bumped, and how far back that is remembered: all in ONE sorted set, so
 * that a Redis that loses a part of it loses all of it, and notices. Tags have the clock as their score; what is no tag
 * has a negative score, where no search for tags comes.
 *
 * Arguments: the memory and the clock that the caller has seen last; a random number; how long bumps are remembered, in
 * microseconds; how many bumps the caller wants to be told at most; the channel that wakes the others; the number of
 * tags to bump; these tags; the tags to look up.
 *
 * Answers: memory, clock, floor, the bumps since the caller's clock (false: too many, or forgotten), the values of the
 * tags to look up (false: not bumped since the floor).
 */
export const tagScript = createScript(`
local key = KEYS[1]
local MEMORY, CLOCK, FLOOR = '\\0memory', '\\0clock', '\\0floor'
local function kept(member)
  local score = redis.call('ZSCORE', key, member)
  return score and -tonumber(score)
end
local function text(number) return string.format('%.0f', number) end
local function keep(member, number) redis.call('ZADD', key, text(-number), member) end

local memory, clock, floor = kept(MEMORY), kept(CLOCK), kept(FLOOR)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local seenMemory, seenClock = tonumber(ARGV[1]), tonumber(ARGV[2])
local channel = ARGV[6]

-- All was lost, or a part: then this is a new memory, later than everything that anybody here has seen.
local lost = not (memory and clock and floor)
if lost or memory < seenMemory or (memory == seenMemory and clock < seenClock) then
  local start = math.max(now, seenMemory + 1, seenClock + 1, (memory or 0) + 1, (clock or 0) + 1)
  memory = start + tonumber(ARGV[3])
  clock = memory
  floor = memory
  redis.call('DEL', key)
  keep(MEMORY, memory)
  keep(CLOCK, clock)
  keep(FLOOR, floor)
  redis.call('PUBLISH', channel, text(clock))
end

local bumped = tonumber(ARGV[7])
if bumped > 0 then
  clock = math.max(clock + 1, now)
  keep(CLOCK, clock)
  for index = 8, 7 + bumped do redis.call('ZADD', key, text(clock), ARGV[index]) end
  local horizon = clock - tonumber(ARGV[4])
  if horizon > floor and redis.call('ZREMRANGEBYSCORE', key, 1, text(horizon)) > 0 then
    floor = horizon
    keep(FLOOR, floor)
  end
  redis.call('PUBLISH', channel, text(clock))
end

local since = false
if seenMemory == memory and seenClock >= floor then
  local limit = tonumber(ARGV[5])
  since = redis.call('ZRANGEBYSCORE', key, '(' .. text(seenClock), '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
  if #since > 2 * limit then since = false end
end

local values = {}
for index = 8 + bumped, #ARGV do values[#values + 1] = redis.call('ZSCORE', key, ARGV[index]) end
return { text(memory), text(clock), text(floor), since, values }
`);
