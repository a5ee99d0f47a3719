import { testErasing } from "../../contract/erasing_contract.ts";
import { testCopy } from "../../contract/copy_contract.ts";
import { testMessageStore } from "../../contract/messages_contract.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { shareFerret } from "../../support/ferretdb.ts";
import { openMongo } from "./opened.ts";

await shareFerret();

testMessageStore("MongoDB", openMongo);
testCopy("SQLite to MongoDB", { from: openSqlite, to: openMongo });
testCopy("MongoDB to SQLite", { from: openMongo, to: openSqlite });
testErasing("SQLite and MongoDB", openMongo);
