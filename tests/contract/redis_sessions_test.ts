import { openRedisSessions } from "./redis.ts";
import { testSessionStore } from "./sessions_contract.ts";

testSessionStore("Redis", openRedisSessions);
