import { openRedisSessions } from "./opened.ts";
import { testErasing } from "../../contract/erasing_contract.ts";
import { testSessionStore } from "../../contract/sessions_contract.ts";

testSessionStore("Redis", openRedisSessions);
testErasing("SQLite and Redis", openRedisSessions);
