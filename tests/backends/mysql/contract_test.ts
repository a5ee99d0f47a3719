import { testErasing } from "../../contract/erasing_contract.ts";
import { testErasureStore } from "../../contract/erasures_contract.ts";
import { testInviteStore } from "../../contract/invites_contract.ts";
import { testMessageStore } from "../../contract/messages_contract.ts";
import { openMysql } from "../../contract/mysql.ts";
import { testSessionStore } from "../../contract/sessions_contract.ts";
import { testLastOwner } from "../../contract/owners_contract.ts";
import { testUserStore } from "../../contract/users_contract.ts";
import { shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

testUserStore("MySQL", openMysql);
testLastOwner("MySQL", openMysql);
testSessionStore("MySQL", openMysql);
testInviteStore("MySQL", openMysql);
testMessageStore("MySQL", openMysql);
testErasureStore("MySQL", openMysql);
testErasing("MySQL", openMysql);
