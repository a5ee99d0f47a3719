import { testErasing } from "./erasing_contract.ts";
import { testErasureStore } from "./erasures_contract.ts";
import { testInviteStore } from "./invites_contract.ts";
import { testMessageStore } from "./messages_contract.ts";
import { testSessionStore } from "./sessions_contract.ts";
import { openSqlite } from "./sqlite.ts";
import { testLastOwner } from "./owners_contract.ts";
import { testUserStore } from "./users_contract.ts";

testUserStore("SQLite", openSqlite);
testLastOwner("SQLite", openSqlite);
testSessionStore("SQLite", openSqlite);
testInviteStore("SQLite", openSqlite);
testMessageStore("SQLite", openSqlite);
testErasureStore("SQLite", openSqlite);
testErasing("SQLite", openSqlite);
