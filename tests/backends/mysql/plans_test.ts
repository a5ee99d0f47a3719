import assert from "node:assert/strict";
import { READS } from "../../../db/sql/mysql/reads.ts";
import { draft } from "../../contract/drafts.ts";
import { openMysql } from "../../contract/mysql.ts";
import { directConversation } from "../../../db/model.ts";
import { shareMariadb } from "../../support/mariadb.ts";

await shareMariadb();

Deno.test("No read of conversations and messages looks at a whole table", async () => {
  await using opened = await openMysql();
  const { messages, database } = opened.store;
  // Enough rows that looking at all of them would be worse.
  for (let round = 0; round < 4; round++) {
    const drafts = Array.from({ length: 1_000 }, (_, at) => {
      const conversation = directConversation(1 + at % 40, 50 + at % 250);
      return draft(`text ${at}`, {
        conversation,
        senderId: conversation.low,
        clientId: `${round}/${at}`,
        createdAt: at,
      });
    });
    await messages.commit({ drafts, marks: [] });
  }
  await opened.database.run("analyze table message, conversation, member");
  for (const [name, [text, values]] of Object.entries(READS)) {
    const plan = await database.look((connection) =>
      connection.rows<{ readonly table: string; readonly type: string | null; readonly key: string | null }>(
        `explain ${text}`,
        values,
      )
    );
    for (const { table, type, key } of plan) {
      // The derived table of one page of conversations is as long as the page.
      if (table === null || table.startsWith("<")) continue;
      assert.ok(type !== "ALL" && type !== "index" && key !== null, `${name}: ${JSON.stringify(plan)}`);
    }
  }
});
