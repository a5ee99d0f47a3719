import assert from "node:assert/strict";
import type { Page, WebSocketRoute } from "playwright-core";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { AnyFrame, SocketClient } from "../support/socket_client.ts";
import { connect, debugSend, hasStatus, message, say, sees, state, texts } from "./pages.ts";

/** What stands between the page and its server. */
interface Between {
  /** Whether a frame of the page goes on to the server. */
  passes: (frame: AnyFrame, socket: WebSocketRoute) => boolean;
  /** The newest socket of the page. */
  socket: WebSocketRoute | null;
}

/** Lets the test see and stop what the page sends. */
async function standBetween(page: Page): Promise<Between> {
  const between: Between = { passes: () => true, socket: null };
  await page.routeWebSocket(/\/ws/, (socket) => {
    between.socket = socket;
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      if (between.passes(AnyFrame.parse(JSON.parse(String(text))), socket)) server.send(text);
    });
  });
  return between;
}

/** Refuses every message for good. */
function refuse({ type, id }: AnyFrame, socket: WebSocketRoute): boolean {
  if (type !== "private") return true;
  const data = { code: 403, error: "not_a_member", message: "no", temporary: false };
  socket.send(JSON.stringify({ type: "error", id, timestamp: new Date().toISOString(), data }));
  return false;
}

async function opened(
  browser: TestBrowser,
  server: RunningServer,
): Promise<{ page: Page; between: Between; complaints: readonly string[] }> {
  const { page, complaints } = await browser.open();
  const between = await standBetween(page);
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await debugSend(page, { to: 2, text: "first" });
  await hasStatus(page, { text: "first", status: "stored" });
  return { page, between, complaints };
}

browserTest(
  "A message that is refused says why, can be tried again in its place, or be deleted",
  async (browser) => {
    await using server = await startServer();
    const { page, between, complaints } = await opened(browser, server);
    between.passes = refuse;
    await say(page, "refused once");
    await say(page, "refused for ever");
    await hasStatus(page, { text: "refused for ever", status: "failed" });
    await message(page, "refused once").getByText("This conversation is not yours").waitFor();
    await message(page, "refused for ever").getByTestId("discard").click();
    await message(page, "refused for ever").waitFor({ state: "detached" });
    between.passes = (): boolean => true;
    await message(page, "refused once").getByTestId("retry").click();
    await hasStatus(page, { text: "refused once", status: "stored" });
    assert.equal(await message(page, "refused once").getByTestId("retry").count(), 0);
    assert.deepEqual(await texts(page), ["first", "refused once"]);
    await using bob = await SocketClient.as(server.url, 2);
    const { data } = await bob.ask({ type: "history", "to_user_id": 1, data: {} });
    assert.equal(Array.isArray(data?.["messages"]) && data["messages"].length, 2);
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "A message is in the thread at once, is one element to the last tick, and has words for each",
  async (browser) => {
    await using server = await startServer();
    const { page, between } = await opened(browser, server);
    /** What answers the messages, once it may. */
    const held: (() => void)[] = [];
    between.passes = (frame, socket): boolean => {
      if (frame.type !== "private") return true;
      held.push(() => socket.send(acknowledgement(frame)));
      return false;
    };
    await say(page, "on its way");
    await hasStatus(page, { text: "on its way", status: "pending" });
    await page.evaluate(`window.shown = [...document.querySelectorAll('[data-testid="message"]')].at(-1)`);
    const words = message(page, "on its way").getByTestId("message-status");
    assert.equal((await words.textContent())?.trim(), "sending");
    for (const go of held) go();
    await hasStatus(page, { text: "on its way", status: "stored" });
    assert.equal((await words.textContent())?.trim(), "sent");
    assert.equal(await message(page, "on its way").getAttribute("data-seq"), "2");
    const isSame = `window.shown === [...document.querySelectorAll('[data-testid="message"]')].at(-1)`;
    assert.equal(await page.evaluate(isSame), true);
  },
);

/** The acknowledgement of a message, made up as the second of its conversation. */
function acknowledgement({ id, to_user_id: peer }: AnyFrame): string {
  const timestamp = new Date().toISOString();
  const data = {
    "original_message_id": id,
    "message_id": "00000000-0000-7000-8000-000000000002",
    "conversation_id": "1-2",
    seq: 2,
    status: "stored",
  };
  return JSON.stringify({ type: "read", "from_user_id": peer, "to_user_id": 1, timestamp, data });
}

browserTest(
  "Cut off, the page says so where one writes, counts down, tries at once when told, and shows nobody online",
  async (browser) => {
    await using server = await startServer();
    await using _bob = await SocketClient.as(server.url, 2, { username: "bob" });
    const { page, forgive } = await browser.open();
    let isDown = false;
    await page.routeWebSocket(/\/ws/, (socket) => {
      if (isDown) void socket.close({ code: 1013 });
      else socket.connectToServer();
      sockets.push(socket);
    });
    const sockets: WebSocketRoute[] = [];
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await page.getByTestId("online-user").filter({ hasText: "bob" }).click();
    await page.locator('[data-testid="thread-presence"][data-status="online"]').waitFor();
    assert.equal(await page.getByTestId("connection-note").count(), 0);
    isDown = true;
    for (const socket of sockets) await socket.close({ code: 1012 });
    await state(page, "offline").waitFor();
    await page.locator('[data-testid="thread-presence"][data-status="unknown"]').waitFor();
    await page.getByText(/next try in \d+ s/).waitFor();
    await say(page, "meanwhile");
    await message(page, "meanwhile").getByText("waiting").waitFor();
    assert.equal(await page.getByTestId("composer").isEnabled(), true);
    isDown = false;
    await page.getByTestId("try-now").click();
    await hasStatus(page, { text: "meanwhile", status: "delivered" });
    await page.getByTestId("connection-note").waitFor({ state: "detached" });
    forgive();
  },
);

browserTest("What somebody types shows while they do, and their message ends it", async (browser) => {
  await using server = await startServer();
  const { page } = await opened(browser, server);
  await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
  await page.getByTestId("thread-name").filter({ hasText: "bob" }).waitFor();
  bob.send({ type: "typing", "to_user_id": 1, data: { active: true } });
  await page.getByTestId("typing").waitFor();
  assert.match(await page.getByTestId("typing").textContent() ?? "", /bob is typing/);
  await bob.ask({ type: "private", "to_user_id": 1, content: "there" });
  await sees(page, "there");
  assert.equal(await page.getByTestId("typing").count(), 0);
});
