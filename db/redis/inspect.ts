/**
 * Looks at a Redis: rights, what it throws away, what it keeps over a restart, clock.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { type Inspection, type Remark, unreachable } from "../inspection.ts";
import { redisName, type RedisPlace } from "../places.ts";
import { RedisLink } from "./link.ts";

const REACH_MS = 2_500;
/** What the check leaves behind if it is cut goes after this long, in ms. */
const CHECKED_MS = 10_000;

/** Never throws; resolves within some seconds. */
export async function inspectRedis(place: RedisPlace, clock: Clock): Promise<Inspection> {
  const name = redisName(place);
  try {
    await using link = await RedisLink.open({ place, clock, withinMs: REACH_MS, purpose: "the doctor" });
    const begun = clock.now();
    const [seconds = 0, micros = 0] = await link.run((client) => client.time());
    const now = (begun + clock.now()) / 2;
    await link.run((client) => client.set("go-chat:doctor", "", "PX", CHECKED_MS));
    await link.run((client) => client.eval("return redis.call('DEL', KEYS[1])", 1, "go-chat:doctor"));
    await link.run((client) => client.publish("go-chat:doctor", ""));
    const info = await link.run((client) => client.info()).catch(() => "");
    const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? "not told";
    return {
      seen: `${name} is version ${version}`,
      drift: Number(seconds) * 1_000 + Number(micros) / 1_000 - now,
      remarks: remarksOf(info, name),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Cannot start: /, "") : "it failed";
    return unreachable(
      `${why.startsWith(name) ? "" : `${name}: `}${why}`,
      "Look whether it runs, and at address, user and password in CHAT_REDIS_URL or [redis]",
    );
  }
}

function remarksOf(info: string, name: string): readonly Remark[] {
  const remarks: Remark[] = [];
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== "noeviction") {
    remarks.push({
      level: "fault",
      seen: `${name} throws sessions away when its memory is full (maxmemory-policy ${policy})`,
      advice:
        "Set maxmemory-policy to noeviction in redis.conf, or by: redis-cli config set maxmemory-policy noeviction",
    });
  }
  if (/^aof_enabled:0/m.test(info)) {
    remarks.push({
      level: "warning",
      seen:
        `${name} may forget the last minutes when its machine fails (appendonly no): who signed out may be in again`,
      advice: "Set appendonly to yes, and appendfsync to always where a second matters",
    });
  }
  return remarks;
}
