import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { findPerson, hasStatus, online, register, say, sees, signIn, texts } from "./pages.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The row of the conversation with somebody. */
function row(page: Page, name: string): ReturnType<Page["locator"]> {
  return page.getByTestId("conversation").filter({ hasText: name });
}

browserTest(
  "Two people live their life here: register, find, talk, ticks, unread, typing, a second device, out everywhere",
  async (browser) => {
    await using server = await startOpenRelease();
    const ann = await browser.open({ locale: "zh-CN" });
    const bob = await browser.open(PHONE);
    await ann.page.goto(server.url.href);
    await register(ann.page, "ann_lee");
    await bob.page.goto(server.url.href);
    await register(bob.page, "bob_kay");

    await findPerson(ann.page, "bob_kay");
    await ann.page.getByTestId("composer").pressSequentially("Hi");
    await ann.page.getByTestId("composer").press("Enter");
    await hasStatus(ann.page, { text: "Hi", status: "delivered" });

    await row(bob.page, "ann_lee").getByTestId("unread").waitFor();
    assert.equal(await row(bob.page, "ann_lee").getByTestId("unread").textContent(), "1");
    await bob.page.waitForFunction(`document.title.startsWith("(1)")`);
    await row(bob.page, "ann_lee").click();
    await sees(bob.page, "Hi");
    await bob.page.getByTestId("unread-divider").waitFor();
    await hasStatus(ann.page, { text: "Hi", status: "read" });
    await bob.page.waitForFunction(`!document.title.startsWith("(")`);

    await bob.page.getByTestId("composer").pressSequentially("Hello back");
    await ann.page.getByTestId("typing").waitFor();
    await bob.page.getByTestId("composer").press("Enter");
    await sees(ann.page, "Hello back");
    await ann.page.getByTestId("typing").waitFor({ state: "detached" });
    await bob.page.getByTestId("back").click();
    assert.ok(await row(bob.page, "ann_lee").isVisible());

    const second = await browser.open();
    await second.page.goto(server.url.href);
    await signIn(second.page, "bob_kay@example.com");
    await row(second.page, "ann_lee").click();
    await sees(second.page, "Hello back");
    await say(second.page, "From my other device");
    await sees(ann.page, "From my other device");
    await row(bob.page, "ann_lee").click();
    await sees(bob.page, "From my other device");
    assert.deepEqual(await texts(bob.page), ["Hi", "Hello back", "From my other device"]);
    assert.deepEqual(await texts(ann.page), ["Hi", "Hello back", "From my other device"]);

    await second.page.getByTestId("settings").click();
    await second.page.getByTestId("device").nth(1).waitFor();
    await second.page.getByTestId("sign-out-everywhere").click();
    await second.page.getByTestId("confirm").click();
    await second.page.getByTestId("submit").waitFor();
    await bob.page.getByTestId("submit").waitFor();
    await row(ann.page, "bob_kay").locator('[data-testid="presence"][data-status="offline"]').waitFor({
      state: "attached",
    });
    assert.deepEqual([...ann.complaints, ...bob.complaints, ...second.complaints], []);
  },
);

browserTest("What one device reads is read on the other, also while that one is hidden", async (browser) => {
  await using server = await startOpenRelease();
  const ann = await browser.open();
  const bob = await browser.open();
  await ann.page.goto(server.url.href);
  await register(ann.page, "ann_lee");
  await bob.page.goto(server.url.href);
  await register(bob.page, "bob_kay");
  const other = await browser.open();
  await other.page.goto(server.url.href);
  await signIn(other.page, "bob_kay");
  await other.page.evaluate(`Object.defineProperty(document, "visibilityState", { get: () => "hidden" })`);

  await findPerson(ann.page, "bob_kay");
  await say(ann.page, "one");
  await say(ann.page, "two");
  for (const { page } of [bob, other]) {
    await row(page, "ann_lee").getByTestId("unread").filter({ hasText: "2" }).waitFor();
    await page.waitForFunction(`document.title.startsWith("(2)")`);
  }
  await row(bob.page, "ann_lee").click();
  await sees(bob.page, "two");
  await row(other.page, "ann_lee").getByTestId("unread").waitFor({ state: "detached" });
  await other.page.waitForFunction(`!document.title.startsWith("(")`);
  assert.deepEqual([...ann.complaints, ...bob.complaints, ...other.complaints], []);
});

browserTest("A password changed on one device ends the others and not this one", async (browser) => {
  await using server = await startOpenRelease();
  const ann = await browser.open();
  await ann.page.goto(server.url.href);
  await register(ann.page, "ann_lee");
  const other = await browser.open();
  await other.page.goto(server.url.href);
  await signIn(other.page, "ann_lee");
  await ann.page.getByTestId("settings").click();
  await ann.page.getByTestId("old-password").fill(PASSWORD);
  await ann.page.getByTestId("new-password").fill("another good password");
  await ann.page.getByTestId("change-password").click();
  await other.page.getByTestId("submit").waitFor();
  await ann.page.getByTestId("settings-close").click();
  await online(ann.page);
  assert.deepEqual([...ann.complaints, ...other.complaints], []);
});
