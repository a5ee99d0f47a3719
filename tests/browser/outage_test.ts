import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { join, startOpenRelease } from "../support/page_people.ts";
import type { RunningServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { findPerson, message, online, say, sees, signIn, state, texts } from "./pages.ts";

/** Starts the server again where it was. */
function startAgain({ url, dataDir }: RunningServer): Promise<RunningServer> {
  return startOpenRelease({ dataDir, args: ["--port", url.port] });
}

/** Somebody with a thread open that has one message, on a server that may be killed. */
async function talking(browser: TestBrowser, server: RunningServer): Promise<Page> {
  const ann = await join(server.url, "ann_lee");
  const bob = await join(server.url, "bob_kay");
  await bob.write(ann, "Before the outage");
  const { page } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  await findPerson(page, "bob_kay");
  await sees(page, "Before the outage");
  return page;
}

/** Whether the page can be opened without its server. */
async function isShellKept(page: Page): Promise<void> {
  // Evaluated, as a wait for a function takes a promise for an answer.
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
}

const WRITTEN = ["first", "second", "third", "fourth", "fifth"];

browserTest(
  "The server is killed while somebody writes: all is in the thread at once, waits over a reload, and goes once, in order",
  async (browser) => {
    await using data = await TemporaryDirectory.make();
    await using server = await startOpenRelease({ dataDir: data.path });
    const page = await talking(browser, server);
    await isShellKept(page);
    await server.kill();
    for (const text of WRITTEN.slice(0, 3)) {
      await say(page, text);
      await message(page, text).locator('[data-testid="message-status"][data-status="pending"]').waitFor({
        state: "attached",
      });
    }
    await page.getByTestId("try-now").waitFor();
    await page.reload();
    await sees(page, "Before the outage");
    await sees(page, "third");
    assert.equal(
      await page.locator('[data-status="online"]').count(),
      0,
      "nobody is shown online while cut off",
    );
    for (const text of WRITTEN.slice(3)) await say(page, text);
    await page.getByTestId("composer").fill("half a thou");
    await page.reload();
    await sees(page, "fifth");
    assert.equal(await page.getByTestId("composer").inputValue(), "half a thou");

    await using back = await startAgain(server);
    await online(page);
    for (const text of WRITTEN) {
      await message(page, text).locator('[data-status="stored"]').waitFor({ state: "attached" });
    }
    assert.deepEqual(await texts(page), ["Before the outage", ...WRITTEN]);
    const other = await browser.open();
    await other.page.goto(back.url.href);
    await signIn(other.page, "bob_kay");
    await other.page.getByTestId("conversation").click();
    await sees(other.page, "fifth");
    assert.deepEqual(await texts(other.page), ["Before the outage", ...WRITTEN]);
  },
);

browserTest(
  "A tab that is closed during an outage loses nothing: the next one sends what waited",
  async (browser) => {
    await using data = await TemporaryDirectory.make();
    await using server = await startOpenRelease({ dataDir: data.path });
    const page = await talking(browser, server);
    await isShellKept(page);
    const context = page.context();
    await server.kill();
    await say(page, "written before it was closed");
    await page.close();
    await using back = await startAgain(server);
    const next = await context.newPage();
    await next.goto(back.url.href);
    await online(next);
    await next.getByTestId("conversation").click();
    await message(next, "written before it was closed").locator('[data-status="stored"]').waitFor({
      state: "attached",
    });
    assert.deepEqual(await texts(next), ["Before the outage", "written before it was closed"]);
  },
);

browserTest(
  "The server freezes with its sockets open: the page says that it is slow and goes on taking messages",
  async (browser) => {
    await using server = await startOpenRelease();
    const page = await talking(browser, server);
    Deno.kill(server.pid, "SIGSTOP");
    try {
      await say(page, "to the frozen one");
      await message(page, "to the frozen one").locator('[data-status="pending"]').waitFor();
      await page.getByTestId("connection-note").filter({ hasText: "slow" }).waitFor();
      await say(page, "and another");
      await sees(page, "and another");
      assert.equal(await page.getByTestId("composer").isEnabled(), true);
    } finally {
      Deno.kill(server.pid, "SIGCONT");
    }
    await message(page, "and another").locator('[data-status="stored"]').waitFor({ state: "attached" });
    assert.deepEqual(await texts(page), ["Before the outage", "to the frozen one", "and another"]);
    await page.getByTestId("connection-note").waitFor({ state: "detached" });
  },
);

browserTest("Two tabs of one person share what waits, and it goes once", async (browser) => {
  await using data = await TemporaryDirectory.make();
  await using server = await startOpenRelease({ dataDir: data.path });
  const page = await talking(browser, server);
  await isShellKept(page);
  const second = await page.context().newPage();
  await second.goto(server.url.href);
  await online(second);
  await second.getByTestId("conversation").click();
  await sees(second, "Before the outage");
  await server.kill();
  await state(second, "offline").waitFor();
  await say(page, "from the first tab");
  await sees(second, "from the first tab");
  await say(second, "from the second tab");
  await sees(page, "from the second tab");
  await using back = await startAgain(server);
  assert.ok(back.pid > 0);
  const expected = ["Before the outage", "from the first tab", "from the second tab"];
  for (const tab of [page, second]) {
    await message(tab, "from the second tab").locator('[data-status="stored"]').waitFor({
      state: "attached",
    });
    assert.deepEqual(await texts(tab), expected);
  }
});

browserTest("A tab that was replaced says so until somebody looks at it again", async (browser) => {
  await using server = await startOpenRelease({ env: { CHAT_LIMIT_CONNECTIONS: "1" } });
  const ann = await join(server.url, "ann_lee");
  const { page } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  await using _elsewhere = await ann.connect();
  await page.getByTestId("connection-state").getByText("too many places").waitFor();
  await page.evaluate(`dispatchEvent(new Event("focus"))`);
  await online(page);
  await page.getByTestId("reconnect").waitFor({ state: "detached" });
  await page.getByTestId("connection-state").getByText("too many places").waitFor({ state: "detached" });
});
