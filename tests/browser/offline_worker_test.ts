import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { until } from "../support/until.ts";
import { StagedSite } from "./staged_site.ts";

/** A page of the site, with its service worker at work. */
async function kept(browser: TestBrowser, site: StagedSite): Promise<Page> {
  const { page } = await browser.open();
  await page.goto(site.url);
  await page.evaluate(`navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" })`);
  await page.waitForFunction("navigator.serviceWorker.controller !== null");
  return page;
}

/** Waits until the page says this word. */
async function says(page: Page, word: string): Promise<void> {
  await page.getByText(word, { exact: true }).waitFor();
}

/** The addresses that are kept, by the name of their cache. */
function caches(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(`(async () => {
    const entries = (await caches.keys()).map(async (name) => {
      const requests = await (await caches.open(name)).keys();
      return [name, requests.map(({ url }) => new URL(url).pathname)];
    });
    return Object.fromEntries(await Promise.all(entries));
  })()`);
}

/** Waits until these pages are kept, and no worker is about to change that. */
async function keeps(page: Page, words: readonly string[]): Promise<void> {
  const settled = `navigator.serviceWorker.ready.then(({ installing, waiting, active }) =>
    installing === null && waiting === null && active.state === "activated")`;
  const names = words.map((word) => `go-chat.shell.${word}`).join();
  await until(`keeping ${names}`, async () => {
    return Object.keys(await caches(page)).join() === names && await page.evaluate<boolean>(settled);
  });
}

browserTest(
  "The service worker keeps what the page consists of, and opens it without a server",
  async (browser) => {
    await using site = await StagedSite.start("one");
    const page = await kept(browser, site);
    await page.evaluate(`fetch("/api/v1/server")`);
    assert.deepEqual(await caches(page), {
      "go-chat.shell.one": ["/", "/joined/app.one.js", "/favicon.svg"],
    });
    await site.stop();
    await page.reload();
    await says(page, "one");
    await page.goto(`${site.url}?from=notice#somewhere`);
    await says(page, "one");
    const answer = await page.evaluate(`fetch("/api/v1/server").then(() => "answered", () => "failed")`);
    assert.equal(answer, "failed", "what the server says is never kept");
  },
);

browserTest("A new page shows at the next reload, and from then on without a server too", async (browser) => {
  await using site = await StagedSite.start("one");
  const page = await kept(browser, site);
  site.word = "two";
  await page.reload();
  await says(page, "two");
  await keeps(page, ["one", "two"]);
  const late = await page.evaluate(`fetch("/joined/app.one.js").then(({ status }) => status)`);
  assert.equal(late, 200, "a tab that began with the old page can go on with it");
  site.word = "three";
  await page.reload();
  await keeps(page, ["two", "three"]);
  await site.stop();
  await page.reload();
  await says(page, "three");
});

browserTest("A new page that cannot be kept whole leaves the one that is", async (browser) => {
  await using site = await StagedSite.start("one");
  const page = await kept(browser, site);
  site.word = "two";
  site.isTorn = true;
  await page.reload();
  await says(page, "two");
  await until("the worker has tried to keep it", () => site.asked.includes("/joined/missing.js"));
  await keeps(page, ["one"]);
  await site.stop();
  await page.reload();
  await says(page, "one");
});

browserTest("The page opens while its server is frozen, or answers that it is away", async (browser) => {
  await using site = await StagedSite.start("one");
  const page = await kept(browser, site);
  site.mood = "frozen";
  await page.reload();
  await says(page, "one");
  site.thaw();
  site.mood = "failing";
  await page.reload();
  await says(page, "one");
});

browserTest(
  "The service worker asks the server for nothing that an address names for good",
  async (browser) => {
    await using site = await StagedSite.start("one");
    const page = await kept(browser, site);
    await page.reload();
    await says(page, "one");
    site.asked.splice(0);
    await page.reload();
    await says(page, "one");
    assert.deepEqual(site.asked.filter((path) => path !== "/sw.js"), ["/"]);
  },
);
