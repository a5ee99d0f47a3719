import assert from "node:assert/strict";
import type { JSHandle, Page } from "playwright-core";
import type { Saved, SavedChange } from "../../static/core/cache.js";
import type { IndexedChatCache } from "../../static/device/chat_cache.js";
import type { Client } from "../../static/device/client.js";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { CONVERSATION, conversation, messages } from "./core/stage.ts";

type Cache = JSHandle<IndexedChatCache>;

/** A page that lends its browser: the page's modules are loaded into it one by one. */
async function lent(browser: TestBrowser, server: RunningServer): Promise<Page> {
  const { page } = await browser.open();
  await page.goto(server.url.href);
  return page;
}

/** A person's cache; each that is made is another tab's. */
async function cacheOf(page: Page, userId = 1): Promise<Cache> {
  return await page.evaluateHandle(async ([path, id]) => {
    const { IndexedChatCache } = await import(path);
    return new IndexedChatCache(id);
  }, ["/device/chat_cache.js", userId] as const);
}

/** The conversation with messages up to `last`, as it is saved. */
function change(last: number, options: Partial<SavedChange> = {}): SavedChange {
  const held = messages(1, last);
  return {
    epoch: "e1",
    selfName: "ann",
    since: `since ${last}`,
    replaces: true,
    gone: [],
    chats: [{
      info: conversation({ last: held.at(-1) }),
      have: last,
      told: { delivered: 0, read: 0 },
      messages: held,
    }],
    ...options,
  };
}

function save(cache: Cache, what: SavedChange): Promise<string> {
  return cache.evaluate((held, given) => held.save(given), what);
}

function load(cache: Cache): Promise<Saved | null> {
  return cache.evaluate((held) => held.load());
}

browserTest("IndexedChatCache gives back what was saved, to each person their own", async (browser) => {
  await using server = await startServer();
  const page = await lent(browser, server);
  const cache = await cacheOf(page);
  assert.equal(await load(cache), null);
  assert.equal(await save(cache, change(3)), "saved");
  const { replaces: _, gone: __, ...expected } = change(3);
  assert.deepEqual(await load(await cacheOf(page)), expected);

  const other = await cacheOf(page, 2);
  assert.equal(await load(other), null);
  await save(other, change(1));
  await cache.evaluate((held) => held.clear());
  assert.equal(await load(await cacheOf(page)), null);
  assert.notEqual(await load(other), null);
});

browserTest(
  "IndexedChatCache keeps what another tab knew better, and drops what is gone",
  async (browser) => {
    await using server = await startServer();
    const page = await lent(browser, server);
    const ahead = await cacheOf(page);
    const behind = await cacheOf(page);
    await save(ahead, change(9));
    assert.equal(await save(behind, change(4, { replaces: false })), "saved");
    const kept = await load(await cacheOf(page));
    assert.equal(kept?.chats[0]?.messages.length, 9);
    assert.equal(kept.since, "since 4", "the older time makes the next sync bring more, never less");
    await save(ahead, change(9, { chats: [], gone: [CONVERSATION] }));
    assert.deepEqual((await load(await cacheOf(page)))?.chats, []);
  },
);

browserTest("IndexedChatCache replaces another epoch only when it is told to", async (browser) => {
  await using server = await startServer();
  const page = await lent(browser, server);
  const renewed = await cacheOf(page);
  await save(renewed, change(2, { epoch: "e2" }));
  assert.equal(await save(await cacheOf(page), change(5, { replaces: false })), "stale");
  assert.equal((await load(renewed))?.epoch, "e2");
  await save(renewed, change(1, { epoch: "e3", chats: [] }));
  assert.deepEqual((await load(renewed))?.chats, []);
});

browserTest("IndexedChatCache writes nothing after the person signed out in another tab", async (browser) => {
  await using server = await startServer();
  const page = await lent(browser, server);
  const here = await cacheOf(page);
  await save(here, change(2));
  await (await cacheOf(page)).evaluate((held) => held.clear());
  assert.equal(await save(here, change(3)), "wiped");
  assert.equal(await load(await cacheOf(page)), null);
});

/** A client of the page's own, begun. */
async function clientOf(page: Page, userId: number): Promise<JSHandle<Client>> {
  return await page.evaluateHandle(async ([path, id]) => {
    const { createClient } = await import(path);
    const client = createClient({ userId: id, path: `/ws?user_id=${id}&username=ann`, isOfTab: true });
    await client.begin();
    return client;
  }, ["/device/client.js", userId] as const);
}

async function isOnline(client: JSHandle<Client>): Promise<void> {
  await client.evaluate(({ connection }) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (connection.link === "online" && connection.state.since !== null) resolve();
      };
      connection.on("change", look);
      look();
    })
  );
}

browserTest(
  "A client reads its conversations while the server is away, and misses nothing after",
  async (browser) => {
    await using server = await startServer();
    const page = await lent(browser, server);
    const send = async (content: string): Promise<void> => {
      const response = await fetch(new URL("/api/v1/messages?user_id=2", server.url), {
        method: "POST",
        body: JSON.stringify({ to_user_id: 1, content }),
      });
      assert.equal(response.status, 200, await response.text());
    };
    await send("one");
    await send("two");
    const first = await clientOf(page, 1);
    await isOnline(first);
    await first.evaluate(async ({ connection, end }) => {
      await connection.flush();
      end();
    });
    await send("three");

    const texts = (client: JSHandle<Client>): Promise<string[]> =>
      client.evaluate(({ connection }) =>
        [...connection.state.chats.values()].flatMap(({ timeline }) =>
          timeline.messages.map(({ content }) => content)
        )
      );
    await page.context().setOffline(true);
    const second = await clientOf(page, 1);
    assert.deepEqual(await texts(second), ["one", "two"]);
    await page.context().setOffline(false);
    await second.evaluate(({ connection }) => connection.nudge());
    await second.evaluate(({ connection }) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if ([...connection.state.chats.values()][0]?.timeline.messages.length === 3) resolve();
        };
        connection.on("change", look);
        look();
      })
    );
    assert.deepEqual(await texts(second), ["one", "two", "three"]);
  },
);

browserTest("A client works where the cache is of a newer page, and where there is none", async (browser) => {
  await using server = await startServer();
  for (
    const spoil of [
      `new Promise((resolve) => indexedDB.open("go-chat", 99).onsuccess = resolve).then(() => true)`,
      `Object.defineProperty(window, "indexedDB", { value: undefined })`,
      `Object.defineProperty(window, "localStorage", { get() { throw new Error("denied"); } })`,
    ]
  ) {
    const page = await lent(browser, server);
    await page.evaluate(`void (${spoil})`);
    await isOnline(await clientOf(page, 1));
  }
});

browserTest(
  "followAttention() wakes a connection that is looked at, and lets one doze that is not",
  async (browser) => {
    await using server = await startServer();
    const page = await lent(browser, server);
    const calls = await page.evaluateHandle(async (path) => {
      const { followAttention } = await import(path);
      const made: string[] = [];
      const note = (name: string) => (): void => void made.push(name);
      const stop = followAttention({
        wake: note("wake"),
        doze: note("doze"),
        nudge: note("nudge"),
        flush: note("flush"),
      });
      return { made, stop };
    }, "/device/attention.js");
    const happens = async (script: string): Promise<readonly string[]> => {
      await page.evaluate(script);
      return await calls.evaluate(({ made }) => made.splice(0));
    };
    const turn = (state: string): string =>
      `Object.defineProperty(document, "visibilityState", { configurable: true, value: "${state}" });
     document.dispatchEvent(new Event("visibilitychange"))`;
    assert.deepEqual(await happens("0"), []);
    assert.deepEqual(await happens(turn("hidden")), ["doze"]);
    assert.deepEqual(await happens(turn("visible")), ["wake"]);
    assert.deepEqual(await happens(`dispatchEvent(new Event("focus"))`), ["wake"]);
    assert.deepEqual(await happens(`dispatchEvent(new Event("online"))`), ["nudge"]);
    assert.deepEqual(await happens(`dispatchEvent(new Event("pagehide"))`), ["flush"]);
    await calls.evaluate(({ stop }) => stop());
    assert.deepEqual(await happens(turn("hidden")), []);
  },
);
