import { testCopy } from "../../contract/copy_contract.ts";
import { testMessageStore } from "../../contract/messages_contract.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { openMongo } from "./opened.ts";

testMessageStore("MongoDB", openMongo);
testCopy("SQLite to MongoDB", { from: openSqlite, to: openMongo });
testCopy("MongoDB to SQLite", { from: openMongo, to: openSqlite });
