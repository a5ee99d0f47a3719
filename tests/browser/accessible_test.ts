/** No rule of axe is broken in any view, in both appearances and both languages, on a desk and on a phone. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { connect, debugSend, isAccessible, online, sees } from "./pages.ts";

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** Nothing stands out of the screen's sides. */
async function fits(page: Page, where: string): Promise<void> {
  const over = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  assert.equal(over, 0, `${where} is wider than the screen`);
}

async function isGood(page: Page, where: string): Promise<void> {
  await isAccessible(page, where);
  await fits(page, where);
}

/** Sign-in and registration, empty and at fault. */
async function entrance(page: Page, server: RunningServer, where: string): Promise<void> {
  await page.goto(server.url.href);
  await page.getByTestId("submit").click();
  await page.getByTestId("error-password").waitFor();
  await isGood(page, `sign-in, ${where}`);
  await page.getByTestId("register-tab").click();
  await page.getByTestId("submit").click();
  await page.getByTestId("error-email").waitFor();
  await isGood(page, `register, ${where}`);
  await page.getByTestId("sign-in-tab").click();
}

/** Lists, search, a thread, the settings with a question open. */
async function messenger(page: Page, where: string): Promise<void> {
  await page.getByTestId("username").fill("ann_lee");
  await page.getByTestId("password").fill(PASSWORD);
  await page.getByTestId("submit").click();
  await online(page);
  await page.getByTestId("unread").waitFor();
  await isGood(page, `lists, ${where}`);
  await page.getByTestId("search").fill("bob");
  await page.getByTestId("search-result").nth(1).waitFor();
  await isGood(page, `search, ${where}`);
  await page.getByTestId("search").fill("nobody here");
  await page.getByTestId("search-result").first().waitFor({ state: "detached" });
  await isGood(page, `nobody found, ${where}`);
  await page.getByTestId("search").press("Escape");
  await page.getByTestId("conversation").click();
  await sees(page, where);
  await isGood(page, `thread, ${where}`);
  if (await page.getByTestId("back").isVisible()) await page.getByTestId("back").click();
  await page.getByTestId("settings").click();
  await page.getByTestId("person").nth(2).waitFor();
  await page.getByTestId("make-invite").click();
  await page.getByTestId("invite-entry").first().waitFor();
  await isGood(page, `settings, ${where}`);
  await page.getByTestId("change-password").click();
  await page.getByTestId("error-new-password").waitFor();
  await page.getByTestId("sign-out-everywhere").click();
  await page.getByTestId("confirm").waitFor();
  await isGood(page, `settings with faults and a question, ${where}`);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const locale of ["en-GB", "zh-CN"]) {
    browserTest(
      `Every view of release is accessible and fits, ${colorScheme}, ${locale}`,
      async (browser) => {
        await using server = await startOpenRelease();
        const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
        await join(server.url, "bobby_z");
        for (const viewport of [DESK, PHONE]) {
          const where = `${colorScheme}, ${locale}, ${viewport.width}`;
          await bob.write(ann, where);
          const { page, complaints } = await browser.open({ viewport, colorScheme, locale });
          await entrance(page, server, where);
          await messenger(page, where);
          assert.deepEqual(complaints, []);
          // Left open, it would read what comes next.
          await page.close();
        }
      },
    );
  }

  browserTest(
    `Search and settings of the test page are accessible and fit, ${colorScheme}`,
    async (browser) => {
      await using server = await startServer();
      for (const viewport of [DESK, { width: 768, height: 1024 }, { width: 320, height: 640 }]) {
        const { page, complaints } = await browser.open({ viewport, colorScheme });
        const where = `${colorScheme}, ${viewport.width}`;
        await connect(page, {
          url: server.url,
          id: viewport.width,
          name: "a_rather_long_name_for_this_page",
        });
        await isGood(page, `nothing open, ${where}`);
        await page.getByTestId("search").fill("77");
        await page.getByTestId("search-result").waitFor();
        await isGood(page, `search, ${where}`);
        await page.getByTestId("search").press("Escape");
        await page.getByTestId("settings").click();
        await page.getByTestId("theme").waitFor();
        await isGood(page, `settings, ${where}`);
        await page.getByTestId("settings-close").click();
        const text = "w".repeat(viewport.width);
        await debugSend(page, { to: 77, text });
        await sees(page, text);
        await isGood(page, `thread, ${where}`);
        assert.deepEqual(complaints, []);
      }
    },
  );
}

browserTest("Every view of release fits 320 px and 1920 px", async (browser) => {
  await using server = await startOpenRelease();
  const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
  await join(server.url, "bobby_z");
  for (const width of [320, 1920]) {
    await bob.write(ann, `${width}`);
    const { page } = await browser.open({ viewport: { width, height: 700 }, locale: "zh-CN" });
    await entrance(page, server, `${width}`);
    await messenger(page, `${width}`);
    await page.close();
  }
});
