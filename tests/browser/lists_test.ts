import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, startOpenRelease } from "../support/page_people.ts";
import { startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { connect, debugSend, say, sees, signIn, state } from "./pages.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

function row(page: Page, peerId: number): Locator {
  return page.locator(`[data-testid="conversation"][data-peer-id="${peerId}"]`);
}

function ticks(page: Page, peerId: number): Locator {
  return row(page, peerId).locator(".ticks");
}

/** Users of debug who each wrote to user 1, the last the newest. */
async function writers(url: URL, { from, to }: { from: number; to: number }): Promise<void> {
  for (let id = from; id <= to; id++) {
    const response = await fetch(new URL(`/api/v1/messages?user_id=${id}`, url), {
      method: "POST",
      body: JSON.stringify({ to_user_id: 1, content: `I am ${id}` }),
    });
    assert.equal(response.status, 200, await response.text());
  }
}

browserTest("A row tells how far the last own message has come, and names what waits", async (browser) => {
  await using directory = await TemporaryDirectory.make();
  const first = await startServer({ dataDir: directory.path });
  const ann = await browser.open();
  const bob = await browser.open();
  await connect(ann.page, { url: first.url, id: 1, name: "ann" });
  await debugSend(ann.page, { to: 2, text: "one" });
  await ticks(ann.page, 2).and(ann.page.locator('[data-status="stored"]')).waitFor();
  await connect(bob.page, { url: first.url, id: 2, name: "bob" });
  await ticks(ann.page, 2).and(ann.page.locator('[data-status="read"]')).waitFor();
  assert.equal(await ticks(ann.page, 2).textContent(), "read");
  assert.equal(await row(ann.page, 2).getByTestId("conversation-preview").textContent(), "You: one");

  await first.kill();
  await state(ann.page, "offline").waitFor();
  await ann.page.getByTestId("search").fill("77");
  await ann.page.getByTestId("search-result").click();
  await say(ann.page, "to somebody new");
  await row(ann.page, 77).getByText("waiting").waitFor();
  assert.equal(await ann.page.getByTestId("conversation").first().getAttribute("data-peer-id"), "77");
  await using _second = await startServer({ dataDir: directory.path, args: ["--port", first.url.port] });
  await ticks(ann.page, 77).and(ann.page.locator('[data-status="stored"]')).waitFor();
  assert.equal(await row(ann.page, 77).count(), 1);
});

browserTest(
  "What is being written stands in the row of its conversation while another is open",
  async (browser) => {
    await using server = await startServer();
    await writers(server.url, { from: 2, to: 3 });
    const { page, complaints } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await row(page, 2).click();
    await page.getByTestId("composer").fill("half a sentence");
    await row(page, 3).click();
    await row(page, 2).getByText("Draft: half a sentence").waitFor();
    await row(page, 2).click();
    await page.getByTestId("composer").fill("");
    await row(page, 3).click();
    assert.equal(await row(page, 2).getByTestId("conversation-preview").textContent(), "I am 2");
    assert.deepEqual(complaints, []);
  },
);

browserTest("Arrow keys walk the conversations, and five hundred are all there", async (browser) => {
  await using server = await startServer({ env: { CHAT_LIMIT_MESSAGES: "0" } });
  await writers(server.url, { from: 2, to: 511 });
  const { page, complaints } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await page.getByTestId("conversation").nth(499).waitFor({ state: "attached" });
  await page.getByTestId("more-conversations").click();
  await row(page, 2).waitFor({ state: "attached" });
  await row(page, 511).focus();
  await page.keyboard.press("ArrowDown");
  await page.locator('[data-testid="conversation"][data-peer-id="510"]:focus').waitFor();
  await page.keyboard.press("End");
  await page.locator('[data-testid="conversation"][data-peer-id="2"]:focus').waitFor();
  await page.keyboard.press("Enter");
  await sees(page, "I am 2");
  assert.deepEqual(complaints, []);
});

browserTest(
  "On a phone the browser's own back leads from thread to list, over a reload too",
  async (browser) => {
    await using server = await startOpenRelease();
    const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
    await bob.write(ann, "hello");
    const { page, complaints } = await browser.open(PHONE);
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    await row(page, bob.id).click();
    await sees(page, "hello");
    await page.goBack();
    await row(page, bob.id).and(page.locator(":focus")).waitFor();
    await page.goForward();
    await sees(page, "hello");
    await page.reload();
    await sees(page, "hello");
    await page.goBack();
    await row(page, bob.id).waitFor();
    await row(page, bob.id).click();
    await page.getByTestId("back").click();
    await row(page, bob.id).waitFor();
    assert.equal(await page.evaluate("history.state"), null);
    assert.deepEqual(complaints, []);
  },
);

browserTest("An empty list says what to do, and offers an owner to invite", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  await join(server.url, "bob_kay");
  const owner = await browser.open();
  await owner.page.goto(server.url.href);
  await signIn(owner.page, "ann_lee");
  await owner.page.getByText("No conversations yet.").waitFor();
  await owner.page.getByTestId("invite-people").click();
  await owner.page.getByRole("heading", { name: "Invites" }).and(owner.page.locator(":focus")).waitFor();
  const member = await browser.open();
  await member.page.goto(server.url.href);
  await signIn(member.page, "bob_kay");
  await member.page.getByText("No conversations yet.").waitFor();
  assert.equal(await member.page.getByTestId("invite-people").count(), 0);
  assert.deepEqual([...owner.complaints, ...member.complaints], []);
});
