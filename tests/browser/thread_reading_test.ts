import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { HISTORY_SETTINGS, writeHistory } from "../support/history.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { connect, message, sees } from "./pages.ts";

/** Which hook has the keyboard's focus, and for a message's button whose it is. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate<string>(`(() => {
    const element = document.activeElement;
    const text = element.closest('[data-testid="message"]')?.querySelector('[data-testid="message-text"]');
    return (element.dataset.testid ?? element.getAttribute("role") ?? element.tagName) +
      (text ? " of " + text.textContent : "");
  })()`);
}

browserTest("A message is copied letter for letter, by pointer and by keyboard", async (browser) => {
  await using server = await startServer();
  await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
  const written = ["first", "  second\nwith lines ", "abc\u202ecod.exe https://example.org/a"];
  for (const content of written) await bob.ask({ type: "private", "to_user_id": 1, content });
  const { page, complaints } = await browser.open({ permissions: ["clipboard-read", "clipboard-write"] });
  await connect(page, { url: server.url, id: 1, name: "ann" });
  const copied = (): Promise<string> => page.evaluate<string>("navigator.clipboard.readText()");
  for (const [at, content] of written.entries()) {
    const one = page.getByTestId("message").nth(at);
    await one.hover();
    await one.getByTestId("copy").click();
    await one.locator('[data-said="done"]').waitFor();
    await page.locator("[aria-live]").filter({ hasText: "Copied" }).waitFor({ state: "attached" });
    assert.equal(await copied(), content);
  }
  await page.getByTestId("message").first().getByTestId("copy").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction("navigator.clipboard.readText().then((text) => text === 'first')");
  assert.deepEqual(complaints, []);
});

browserTest(
  "Tab goes from the messages to one copy button, to the composer and to send; arrows go through the messages",
  async (browser) => {
    await using server = await startServer({ env: HISTORY_SETTINGS });
    await writeHistory(server, { count: 60, textOf: (at) => `line ${at}` });
    const { page } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await sees(page, "line 60");
    await page.getByRole("log").focus();
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "copy of line 60");
    for (let at = 0; at < 30; at++) await page.keyboard.press("ArrowUp");
    assert.equal(await focused(page), "copy of line 30");
    await page.getByTestId("jump-to-newest").waitFor();
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "copy of line 31");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "jump-to-newest");
    await page.keyboard.press("Enter");
    await page.getByTestId("jump-to-newest").waitFor({ state: "detached" });
    assert.equal(await focused(page), "log");
    await page.getByTestId("composer").focus();
    await page.keyboard.type("sent by keyboard");
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "send");
    await page.keyboard.press("Enter");
    await sees(page, "sent by keyboard");
  },
);

browserTest("Screen readers hear what arrives, and nothing of what scrolls in", async (browser) => {
  await using server = await startServer({ env: HISTORY_SETTINGS });
  await writeHistory(server, { count: 150, textOf: (at) => `line ${at}` });
  const { page } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await sees(page, "line 150");
  await page.evaluate(`{
    window.heard = [];
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[aria-live], [role="log"], [role="status"], [role="alert"]');
        const isRead = region !== undefined && region !== null && region.getAttribute("aria-live") !== "off";
        if (isRead && document.querySelector('[data-testid="thread"]').contains(region)) {
          window.heard.push(...[...addedNodes].map((node) => node.textContent));
        }
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }`);
  await page.getByRole("log").focus();
  await page.keyboard.press("Home");
  await message(page, "line 100").waitFor({ state: "attached" });
  await page.keyboard.press("Home");
  await message(page, "line 1").waitFor({ state: "attached" });
  await page.keyboard.press("End");
  await sees(page, "line 150");
  assert.deepEqual(await page.evaluate("window.heard"), []);
  await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
  await bob.ask({ type: "private", "to_user_id": 1, content: "news" });
  await page.waitForFunction("window.heard.length > 0");
  assert.deepEqual(await page.evaluate("window.heard"), ["bob: news"]);
});

browserTest(
  "A conversation is read when its newest message is in view and somebody looks, and not before",
  async (browser) => {
    await using server = await startServer({ env: HISTORY_SETTINGS });
    await writeHistory(server, { count: 80, textOf: (at) => `line ${at}` });
    await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
    const { page } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await bob.next(({ type, data }) => type === "receipt" && data?.["read_seq"] === 80);
    await page.getByRole("log").focus();
    await page.keyboard.press("Home");
    await page.getByTestId("jump-to-newest").waitFor();
    await bob.ask({ type: "private", "to_user_id": 1, content: "below" });
    await page.getByTestId("unread").filter({ hasText: "1" }).waitFor();
    await bob.next(({ type, data }) => type === "receipt" && data?.["delivered_seq"] === 81);
    assert.equal(bob.frames.filter(({ data }) => data?.["read_seq"] === 81).length, 0);
    await page.getByTestId("jump-to-newest").click();
    await bob.next(({ type, data }) => type === "receipt" && data?.["read_seq"] === 81);
  },
);

browserTest(
  "What comes while nobody looks at the page is below a line when somebody does",
  async (browser) => {
    await using server = await startServer();
    await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
    await bob.ask({ type: "private", "to_user_id": 1, content: "before" });
    const { page } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await sees(page, "before");
    assert.equal(await page.getByTestId("unread-divider").count(), 0);
    await page.evaluate(`document.hasFocus = () => false`);
    for (const content of ["first", "second"]) await bob.ask({ type: "private", "to_user_id": 1, content });
    await sees(page, "second");
    await page.getByTestId("unread").filter({ hasText: "2" }).waitFor();
    const lines = page.getByRole("log").locator("li");
    assert.deepEqual(
      await lines.evaluateAll((all) => all.slice(-4).map((one) => one.getAttribute("data-testid"))),
      ["message", "unread-divider", "message", "message"],
    );
    await page.evaluate(`delete document.hasFocus; dispatchEvent(new Event("focus"))`);
    await page.getByTestId("unread").waitFor({ state: "detached" });
  },
);
