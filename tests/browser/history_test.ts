import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { connect, debugSend, message, sees, texts } from "./pages.ts";

const COUNT = 130;

/** Sends `1` to `COUNT` from user 2 to user 1, in order. */
async function fill(url: URL): Promise<void> {
  for (let at = 1; at <= COUNT; at++) {
    const response = await fetch(new URL("/api/v1/messages?user_id=2", url), {
      method: "POST",
      body: JSON.stringify({ to_user_id: 1, content: `line ${at}` }),
    });
    assert.equal(response.status, 200, await response.text());
  }
}

/** Scrolls to the oldest message shown, as a wheel would. */
async function scrollUp(page: Page): Promise<void> {
  await page.getByRole("log").evaluate((box) => void (box.scrollTop = 0));
}

browserTest("Scrolling up brings the whole history, and what is read stays in place", async (browser) => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0" } });
  await fill(server.url);
  const { page, complaints } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await sees(page, `line ${COUNT}`);
  assert.equal((await texts(page)).length, 50);
  assert.equal(await page.getByTestId("jump-to-newest").count(), 0);
  await scrollUp(page);
  await message(page, "line 31").waitFor({ state: "attached" });
  await page.getByTestId("jump-to-newest").waitFor();
  await scrollUp(page);
  await message(page, "line 1").waitFor({ state: "attached" });
  assert.deepEqual(await texts(page), Array.from({ length: COUNT }, (_, at) => `line ${at + 1}`));

  await scrollUp(page);
  const before = await message(page, "line 1").boundingBox();
  const bob = await browser.open();
  await connect(bob.page, { url: server.url, id: 2, name: "bob" });
  await debugSend(bob.page, { to: 1, text: "while you read" });
  await message(page, "while you read").waitFor({ state: "attached" });
  assert.equal((await message(page, "line 1").boundingBox())?.y, before?.y);
  assert.equal(await page.getByTestId("unread").textContent(), "1");
  await page.getByTestId("jump-to-newest").click();
  await page.getByTestId("jump-to-newest").waitFor({ state: "detached" });
  await page.getByTestId("unread").waitFor({ state: "detached" });
  assert.deepEqual([...complaints, ...bob.complaints], []);
});
