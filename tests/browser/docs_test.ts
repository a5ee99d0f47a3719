/** The page at /docs, as a reader without the internet sees it: on a desk and on a phone, light and dark. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { z } from "zod";
import { browserTest } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { isAccessible } from "./pages.ts";

const DESK = { viewport: { width: 1280, height: 900 } } as const;
const PHONE = { viewport: { width: 390, height: 844 } } as const;

const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
const AsyncApi = z.object({
  components: z.object({
    messages: z.record(z.string(), z.unknown()),
    schemas: z.record(z.string(), z.unknown()),
  }),
  "x-close-codes": z.array(z.object({ code: z.number() })),
  "x-errors": z.array(z.object({ error: z.string() })),
});

/** Opens the page and waits until it shows the documents; what it asks of others is noted. */
async function openDocs(page: Page, { url }: RunningServer): Promise<readonly string[]> {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url.origin) foreign.push(request.url());
  });
  await page.goto(new URL("/docs", url).href);
  await page.locator("main:not([aria-busy])").waitFor();
  return foreign;
}

async function cardIds(page: Page): Promise<string[]> {
  return (await page.locator(".card").evaluateAll((cards) => cards.map((card) => card.id))).toSorted();
}

/** What the two documents name, as the page names it. */
async function documented({ url }: RunningServer): Promise<{ ids: string[]; words: string[] }> {
  const read = async (path: string): Promise<unknown> => await (await fetch(new URL(path, url))).json();
  const http = OpenApi.parse(await read("/api/v1/openapi.json"));
  const socket = AsyncApi.parse(await read("/api/v1/asyncapi.json"));
  const calls = Object.values(http.paths).flatMap((path) =>
    Object.values(path).map((one) => one.operationId)
  );
  const frames = Object.keys(socket.components.messages).map((name) => `frame-${name}`);
  const shapes = new Set([http, socket].flatMap((document) => Object.keys(document.components.schemas)));
  const closes = socket["x-close-codes"].map((one) => `${one.code}`);
  const errors = socket["x-errors"].map((one) => one.error);
  const ids = [...calls, ...frames, ...[...shapes].map((name) => `shape-${name}`)];
  return { ids: ids.toSorted(), words: [...closes, ...errors] };
}

async function backgroundOf(page: Page): Promise<string> {
  return await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
}

browserTest(
  "/docs shows every call, frame, shape, close code and error, and asks nobody but this server",
  async (browser) => {
    await using server = await startServer();
    const { page, complaints } = await browser.open(DESK);
    const foreign = await openDocs(page, server);
    const { ids, words } = await documented(server);
    assert.deepEqual(await cardIds(page), ids);
    const cells = await page.locator("main > table td:first-child").allTextContents();
    assert.deepEqual(cells, words);
    const links = await page.locator('a[href^="#"]').evaluateAll((all) =>
      all.map((one) => one.getAttribute("href") ?? "")
    );
    const anchors = await page.locator("[id]").evaluateAll((all) => all.map((one) => `#${one.id}`));
    const dangling = links.filter((link) => !anchors.includes(link));
    assert.deepEqual(dangling, []);
    assert.doesNotMatch(await page.locator("main").innerText(), /undefined|\[object/);
    assert.deepEqual([foreign, complaints], [[], []]);
  },
);

for (const [where, device] of [["a desk", DESK], ["a phone", PHONE]] as const) {
  browserTest(`/docs fits ${where}, light and dark, and is accessible`, async (browser) => {
    await using server = await startServer();
    const grounds: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, complaints } = await browser.open({ ...device, colorScheme });
      await openDocs(page, server);
      grounds.push(await backgroundOf(page));
      const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      assert.equal(await page.evaluate(overflow), 0);
      await isAccessible(page, `${where}, ${colorScheme}`);
      assert.deepEqual(complaints, []);
    }
    assert.notEqual(grounds[0], grounds[1]);
  });
}

browserTest(
  "/docs has its contents beside the text on a desk, and folded above it on a phone",
  async (browser) => {
    await using server = await startServer();
    const desk = await browser.open(DESK);
    await openDocs(desk.page, server);
    const link = 'nav a[href="#postAuthLogin"]';
    await desk.page.locator(link).click();
    assert.equal(new URL(desk.page.url()).hash, "#postAuthLogin");
    assert.equal(await desk.page.locator(link).isVisible(), true);
    const phone = await browser.open(PHONE);
    await openDocs(phone.page, server);
    assert.equal(await phone.page.locator(link).isVisible(), false);
    await phone.page.locator("nav summary").click();
    await phone.page.locator(link).click();
    await phone.page.locator(link).waitFor({ state: "hidden" });
    const top = await phone.page.locator("#postAuthLogin").evaluate((card) =>
      card.getBoundingClientRect().top
    );
    assert.ok(top >= 0 && top < 100, `the card is at ${top}`);
  },
);

browserTest("/docs follows the appearance chosen in the chat", async (browser) => {
  await using server = await startServer();
  const { page } = await browser.open({ ...DESK, colorScheme: "light" });
  await openDocs(page, server);
  const light = await backgroundOf(page);
  await page.evaluate("localStorage.setItem('go-chat.theme', '\"dark\"')");
  await openDocs(page, server);
  assert.notEqual(await backgroundOf(page), light);
});
