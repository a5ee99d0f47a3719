/** A whole life on the page without a mouse: every step is a key, and the focus is where the next key is meant to go. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { hasStatus, online, sees } from "./pages.ts";

/** More stops than any view has: beyond, the focus goes in circles. */
const MAX_STOPS = 60;

/** What has the focus, by its hook. */
function focus(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement?.dataset?.testid ?? ''");
}

/** Presses Tab until the focus is there. Fails where it never comes. */
async function tabTo(page: Page, testId: string, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    const at = await focus(page);
    if (at === testId) return await isSeen(page, testId);
    passed.push(at);
    await page.keyboard.press(key);
  }
  assert.fail(`${key} never leads to ${testId}; it passes ${[...new Set(passed)].join(", ")}`);
}

/** The focus shows: by an outline, on something that is in view. */
async function isSeen(page: Page, testId: string): Promise<void> {
  const seen = await page.evaluate<boolean>(`(() => {
    const element = document.activeElement;
    const { top, bottom } = element.getBoundingClientRect();
    return getComputedStyle(element).outlineStyle !== "none" && bottom > 0 && top < innerHeight;
  })()`);
  assert.ok(seen, `the focus on ${testId} shows`);
}

browserTest("By keys alone: sign in, find, open, write, read back, change, sign out", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const bob = await join(server.url, "bob_kay");
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await page.locator('[data-testid="username"]:focus').waitFor();
  await page.keyboard.type("ann_lee");
  await page.keyboard.press("Tab");
  assert.equal(await focus(page), "password");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await online(page);

  await tabTo(page, "search");
  await page.keyboard.type("bob");
  await page.getByTestId("search-result").waitFor();
  await page.keyboard.press("Enter");
  await page.getByTestId("thread-name").filter({ hasText: "bob_kay" }).waitFor();
  await page.locator('[data-testid="composer"]:focus').waitFor();
  await page.keyboard.type("Written by keys");
  await page.keyboard.press("Enter");
  await hasStatus(page, { text: "Written by keys", status: "stored" });
  const [, ann] = /^(\d+)-/.exec(await conversationId(page)) ?? [];
  await bob.call("POST", "messages", { "to_user_id": Number(ann), content: "Read by keys" });
  await sees(page, "Read by keys");

  await tabTo(page, "conversation", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="composer"]:focus').waitFor();
  await tabTo(page, "settings", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="settings-close"]:focus').waitFor();
  await page.getByTestId("device").first().waitFor();
  await tabTo(page, "theme");
  await page.keyboard.press("End");
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.keyboard.press("Escape");
  await page.locator('[data-testid="settings"]:focus').waitFor();
  await page.keyboard.press("Enter");
  await page.getByTestId("device").first().waitFor();
  await tabTo(page, "sign-out");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="username"]:focus').waitFor();
  assert.deepEqual(complaints, []);
});

async function conversationId(page: Page): Promise<string> {
  const row = page.locator('[data-testid="conversation"][data-conversation-id]');
  return await row.getAttribute("data-conversation-id") ?? "";
}
