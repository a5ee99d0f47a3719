import assert from "node:assert/strict";
import type { JSHandle, Page } from "playwright-core";
import type { Client } from "../../static/device/client.js";
import type { Notices, NoticeState } from "../../static/device/notices.js";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

interface Tab {
  readonly page: Page;
  readonly client: JSHandle<Client>;
  readonly notices: JSHandle<Notices>;
  /** What was tapped. */
  readonly opened: JSHandle<string[]>;
  /** Stops telling, as when the person signs out. */
  readonly leave: JSHandle<() => void>;
}

/** A page's own client of ann, who is told of what arrives. */
async function tabOf(page: Page, url: URL): Promise<Tab> {
  await page.goto(url.href);
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  const parts = await page.evaluateHandle(async ([clientPath, noticesPath, storagePath]) => {
    const [{ createClient }, { Notices }, { browserMemory }] = await Promise.all([
      import(clientPath),
      import(noticesPath),
      import(storagePath),
    ]);
    const client = createClient({ userId: 1, path: "/ws?user_id=1&username=ann", isOfTab: true });
    const notices = new Notices(browserMemory());
    const opened: string[] = [];
    const leave = notices.follow(client.connection, (id: string) => void opened.push(id));
    await client.begin();
    return { client, notices, opened, leave };
  }, ["/device/client.js", "/device/notices.js", "/device/storage.js"] as const);
  const [client, notices, opened, leave] = await Promise.all([
    parts.getProperty("client") as Promise<JSHandle<Client>>,
    parts.getProperty("notices") as Promise<JSHandle<Notices>>,
    parts.getProperty("opened") as Promise<JSHandle<string[]>>,
    parts.getProperty("leave") as Promise<JSHandle<() => void>>,
  ]);
  await until(
    "the client is synced",
    () => client.evaluate(({ connection }) => connection.state.since !== null),
  );
  return { page, client, notices, opened, leave };
}

/** Whether somebody looks at the tab; the browser under test believes so of every one. */
async function look(page: Page, isLooking: boolean): Promise<void> {
  await page.evaluate(
    `document.hasFocus = () => ${isLooking}; dispatchEvent(new Event("${isLooking ? "focus" : "blur"}"))`,
  );
}

/** Bob writes to ann. */
async function write(url: URL, content: string): Promise<void> {
  const response = await fetch(new URL("/api/v1/messages?user_id=2", url), {
    method: "POST",
    body: JSON.stringify({ to_user_id: 1, content }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** The notices that the system shows. */
function shown(page: Page): Promise<{ title: string; body: string; data: unknown }[]> {
  return page.evaluate(`navigator.serviceWorker.ready
    .then((registration) => registration.getNotifications())
    .then((all) => all.map(({ title, body, data }) => ({ title, body, data })))`);
}

/** From now on a page notes what it tells. */
async function note(page: Page): Promise<void> {
  await page.evaluate(`globalThis.told = [];
    const { prototype } = ServiceWorkerRegistration;
    const { showNotification } = prototype;
    prototype.showNotification = function (title, options) {
      told.push(options.body);
      return showNotification.call(this, title, options);
    };`);
}

/** What a page told since {@link note}. */
function told(page: Page): Promise<string[]> {
  return page.evaluate("told");
}

function stateOf({ notices }: Tab): Promise<NoticeState> {
  return notices.evaluate((it) => it.state());
}

/** Waits until a tab has a message. */
async function has({ client }: Tab, content: string): Promise<void> {
  await until(
    `the tab has "${content}"`,
    () =>
      client.evaluate(
        ({ connection }, text) =>
          [...connection.state.chats.values()].some(({ info }) => info.last_message?.content === text),
        content,
      ),
  );
}

async function twoTabs(
  browser: TestBrowser,
  server: RunningServer,
): Promise<{ first: Tab; second: Tab; complaints: readonly string[] }> {
  const { page, complaints } = await browser.open({ permissions: ["notifications"] });
  const first = await tabOf(page, server.url);
  const second = await tabOf(await page.context().newPage(), server.url);
  return { first, second, complaints };
}

browserTest(
  "Notices are off until somebody switches them on, for every tab, and off again",
  async (browser) => {
    await using server = await startServer();
    const { first, second, complaints } = await twoTabs(browser, server);
    assert.equal(await stateOf(first), "off");
    await look(first.page, false);
    await look(second.page, false);
    await write(server.url, "unheard");
    await has(first, "unheard");
    assert.equal(await first.notices.evaluate((it) => it.turnOn()), "on");
    assert.equal(await stateOf(second), "on");
    await write(server.url, "heard");
    await until("a notice shows", async () => (await shown(first.page)).length > 0);
    assert.deepEqual((await shown(first.page)).map(({ body }) => body), ["heard"]);
    assert.equal(await second.notices.evaluate((it) => it.turnOff()), "off");
    assert.equal(await stateOf(first), "off");
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "One notice tells of a message to several tabs, and none while one is looked at",
  async (browser) => {
    await using server = await startServer();
    const { first, second } = await twoTabs(browser, server);
    await first.notices.evaluate((it) => it.turnOn());
    for (const { page } of [first, second]) await note(page);
    await look(first.page, false);
    await write(server.url, "ann is looking at the second tab");
    await has(first, "ann is looking at the second tab");
    await has(second, "ann is looking at the second tab");
    await look(second.page, false);
    await write(server.url, "first line\nsecond line");
    await until("a notice shows", async () => (await shown(first.page)).length > 0);
    await has(first, "first line\nsecond line");
    await has(second, "first line\nsecond line");
    const [notice] = await shown(first.page);
    assert.deepEqual(notice?.data, { userId: 1, conversationId: "1-2" });
    assert.deepEqual([...await told(first.page), ...await told(second.page)], ["first line"]);

    await second.client.evaluate(({ connection }) => connection.read("1-2", 2));
    await until("the notice is taken back", async () => (await shown(first.page)).length === 0);
  },
);

browserTest("Who leaves, leaves no notice behind, also none of an earlier page", async (browser) => {
  await using server = await startServer();
  const { page } = await browser.open({ permissions: ["notifications"] });
  const before = await tabOf(page, server.url);
  await before.notices.evaluate((it) => it.turnOn());
  await look(page, false);
  await write(server.url, "for ann's eyes");
  await until("a notice shows", async () => (await shown(page)).length > 0);
  await page.evaluate(`navigator.serviceWorker.ready.then((registration) =>
    registration.showNotification("cid", { tag: "go-chat.11.11-12", body: "for cid's eyes" }))`);
  const after = await tabOf(page, server.url);
  assert.equal((await shown(page)).length, 2);
  await after.leave.evaluate((leave) => leave());
  await until("ann's is gone", async () => (await shown(page)).length < 2);
  assert.deepEqual((await shown(page)).map(({ body }) => body), ["for cid's eyes"]);
});

browserTest("A tap on a notice opens its conversation, of its own person alone", async (browser) => {
  await using server = await startServer();
  const { page } = await browser.open({ permissions: ["notifications"] });
  const tab = await tabOf(page, server.url);
  const [worker] = page.context().serviceWorkers();
  assert.ok(worker !== undefined);
  // A tap cannot be made by a test: what it does is.
  const tap = (userId: number): Promise<unknown> =>
    worker.evaluate(
      `openConversation({ userId: ${userId}, conversationId: "1-${userId + 1}" }).catch(() => {})`,
    );
  await tap(7);
  await tap(1);
  await until("a conversation is opened", async () => (await tab.opened.jsonValue()).length > 0);
  assert.deepEqual(await tab.opened.jsonValue(), ["1-2"]);
});

browserTest(
  "Notices say that they are blocked where the browser is, and unsupported where it has none",
  async (browser) => {
    await using server = await startServer();
    const { page } = await browser.open();
    const tab = await tabOf(page, server.url);
    await page.evaluate(`Object.defineProperty(Notification, "permission", { get: () => "denied" })`);
    assert.equal(await stateOf(tab), "blocked");
    assert.equal(await tab.notices.evaluate((it) => it.turnOn()), "blocked");
    await page.evaluate("delete globalThis.Notification");
    assert.equal(await stateOf(tab), "unsupported");
    assert.equal(await tab.notices.evaluate((it) => it.turnOn()), "unsupported");
  },
);
