import { openRedisSessions } from "./opened.ts";
import { testSessionStore } from "../../contract/sessions_contract.ts";

testSessionStore("Redis", openRedisSessions);
