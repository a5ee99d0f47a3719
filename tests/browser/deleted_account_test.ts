import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { runProgram } from "../support/program.ts";
import { startOpenRelease } from "../support/page_people.ts";
import { findPerson, isAccessible, register, say, sees } from "./pages.ts";

browserTest(
  "Where an account was deleted, its page says so while it is open, and nobody writes into the void",
  async (browser) => {
    await using server = await startOpenRelease();
    const owner = await browser.open();
    await owner.page.goto(server.url.href);
    await register(owner.page, "ann_lee");
    const bob = await browser.open();
    await bob.page.goto(server.url.href);
    await register(bob.page, "bob_kay");
    await findPerson(owner.page, "bob_kay");
    await say(owner.page, "Are you still there?");
    await findPerson(bob.page, "ann_lee");
    await say(bob.page, "Not for long");
    await sees(owner.page, "Not for long");

    const { code, stderr } = await runProgram({
      dataDir: server.dataDir,
      args: ["user", "erase", "bob_kay", "--yes"],
    });
    assert.equal(code, 0, stderr);
    await owner.page.getByTestId("composer-closed").getByText("This account was deleted").waitFor();
    assert.equal(await owner.page.getByTestId("composer").count(), 0);
    await sees(owner.page, "Are you still there?");
    await isAccessible(owner.page, "a conversation with a deleted account");

    await owner.page.reload();
    await owner.page.getByTestId("conversation").filter({ hasText: "Deleted account" }).click();
    await owner.page.getByTestId("composer-closed").waitFor();
    assert.deepEqual(owner.complaints, []);
  },
);
