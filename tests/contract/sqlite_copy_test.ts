import { testCopy } from "./copy_contract.ts";
import { openSqlite } from "./sqlite.ts";

testCopy("SQLite to SQLite", { from: openSqlite, to: openSqlite });
