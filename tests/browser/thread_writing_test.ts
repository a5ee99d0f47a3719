import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { join, startOpenRelease } from "../support/page_people.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { connect, debugSend, findPerson, message, say, sees, signIn, texts } from "./pages.ts";

/** Somebody with a thread open, on a server in debug. */
async function writing(browser: TestBrowser, server: RunningServer): Promise<Page> {
  const { page } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await debugSend(page, { to: 2, text: "first" });
  await sees(page, "first");
  return page;
}

browserTest(
  "An input method's Enter chooses characters and sends nothing; the next one sends",
  async (browser) => {
    await using server = await startServer();
    const page = await writing(browser, server);
    const composer = page.getByTestId("composer");
    await composer.focus();
    const keyboard = await page.context().newCDPSession(page);
    await keyboard.send("Input.imeSetComposition", { text: "nihao", selectionStart: 5, selectionEnd: 5 });
    assert.equal(await composer.inputValue(), "nihao");
    await page.keyboard.press("Enter");
    await keyboard.send("Input.insertText", { text: "你好" });
    assert.match(await composer.inputValue(), /你好/);
    assert.deepEqual(await texts(page), ["first"]);
    await composer.fill("你好");
    await composer.press("Enter");
    await sees(page, "你好");
    assert.deepEqual(await texts(page), ["first", "你好"]);
    assert.equal(await composer.inputValue(), "");
  },
);

browserTest(
  "Shift and Enter breaks the line, and the field grows with what is written, to a bound",
  async (browser) => {
    await using server = await startServer();
    const page = await writing(browser, server);
    const composer = page.getByTestId("composer");
    const heightOf = async (): Promise<number> => (await composer.boundingBox())?.height ?? 0;
    const one = await heightOf();
    await composer.pressSequentially("one");
    await composer.press("Shift+Enter");
    await composer.pressSequentially("two");
    assert.equal(await composer.inputValue(), "one\ntwo");
    assert.ok(await heightOf() > one);
    await composer.fill("\n".repeat(100));
    const most = await heightOf();
    assert.ok(most > one && most < 200, `${most}`);
    await composer.fill("one\ntwo");
    await composer.press("Enter");
    await sees(page, "one\ntwo");
    assert.equal(await heightOf(), one);
    assert.equal(await composer.evaluate("document.activeElement.dataset.testid"), "composer");
  },
);

browserTest(
  "What is being written stays with its conversation, over a change and a reload",
  async (browser) => {
    await using server = await startOpenRelease();
    const ann = await join(server.url, "ann_lee");
    for (const name of ["bob_kay", "cleo_m"]) {
      await (await join(server.url, name)).write(
        ann,
        `Hi from ${name}`,
      );
    }
    const { page, complaints } = await browser.open();
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    const composer = page.getByTestId("composer");
    const open = async (name: string): Promise<void> => {
      await page.getByTestId("conversation").filter({ hasText: name }).click();
      await page.getByTestId("thread-name").filter({ hasText: name }).waitFor();
    };
    await open("bob_kay");
    await composer.fill("for Bob\nand not sent");
    await open("cleo_m");
    assert.equal(await composer.inputValue(), "");
    await composer.fill("for Cleo");
    await open("bob_kay");
    assert.equal(await composer.inputValue(), "for Bob\nand not sent");
    await page.reload();
    await sees(page, "Hi from bob_kay");
    assert.equal(await composer.inputValue(), "for Bob\nand not sent");
    await composer.press("Enter");
    await sees(page, "for Bob\nand not sent");
    await page.reload();
    await sees(page, "for Bob\nand not sent");
    assert.equal(await composer.inputValue(), "");
    await open("cleo_m");
    assert.equal(await composer.inputValue(), "for Cleo");
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "The count shows near the end, and what is too long is not sent and not lost",
  async (browser) => {
    await using server = await startServer();
    const page = await writing(browser, server);
    const composer = page.getByTestId("composer");
    const count = page.getByTestId("character-count");
    await composer.fill("x".repeat(8_999));
    assert.equal(await count.count(), 0);
    await composer.fill("x".repeat(9_000));
    assert.equal(await count.textContent(), "9000 / 10000");
    await composer.fill("👍".repeat(10_001));
    assert.equal(await count.textContent(), "10001 / 10000");
    assert.equal(await count.getAttribute("data-over"), "true");
    assert.equal(await page.getByTestId("send").isDisabled(), true);
    await page.getByText("Too long by 1").waitFor();
    await composer.press("Enter");
    assert.equal((await composer.inputValue()).length, 20_002);
    assert.deepEqual(await texts(page), ["first"]);
    await composer.fill("👍".repeat(10_000));
    assert.equal(await page.getByTestId("send").isDisabled(), false);
    await composer.press("Enter");
    await message(page, "👍".repeat(10_000)).locator('[data-status="stored"]').waitFor();
    await count.waitFor({ state: "detached" });
  },
);

browserTest("Spaces alone are no message, and what is sent keeps its own", async (browser) => {
  await using server = await startServer();
  const page = await writing(browser, server);
  await page.getByTestId("composer").fill("  \n ");
  assert.equal(await page.getByTestId("send").isDisabled(), true);
  await page.getByTestId("composer").press("Enter");
  await say(page, "  both ends  ");
  await page.getByTestId("message").nth(1).waitFor();
  assert.deepEqual(await texts(page), ["first", "  both ends  "]);
});

browserTest("On a phone, opening a thread opens no keyboard over it", async (browser) => {
  await using server = await startOpenRelease();
  const ann = await join(server.url, "ann_lee");
  await (await join(server.url, "bob_kay")).write(ann, "Hi");
  const { page } = await browser.open({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  await page.getByTestId("conversation").tap();
  await sees(page, "Hi");
  assert.notEqual(await page.evaluate("document.activeElement.tagName"), "TEXTAREA");
  await page.getByTestId("composer").tap();
  await page.getByTestId("composer").fill("Hello");
  await page.getByTestId("send").tap();
  await sees(page, "Hello");
  assert.equal(await page.evaluate("document.activeElement.dataset.testid"), "composer");
  await page.getByTestId("back").tap();
  await findPerson(page, "bob_kay");
});
