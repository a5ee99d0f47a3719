/** Moving house between the embedded store and MySQL, there and back. */
import { testCopy } from "../../contract/copy_contract.ts";
import { openMysql } from "../../contract/mysql.ts";
import { openSqlite } from "../../contract/sqlite.ts";
import { shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

testCopy("SQLite to MySQL", { from: openSqlite, to: openMysql });
testCopy("MySQL to SQLite", { from: openMysql, to: openSqlite });
