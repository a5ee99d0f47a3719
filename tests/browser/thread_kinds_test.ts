import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { HISTORY_SETTINGS } from "../support/history.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { connect, isAccessible, sees, texts } from "./pages.ts";

/** Rewrites what the server says, as a newer server might say it. */
async function asIfNewer(page: Page, rewrite: (text: string) => string): Promise<void> {
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => socket.send(rewrite(String(text))));
  });
}

browserTest(
  "A conversation of a kind that is not known is read only, and a message of one shows its content",
  async (browser) => {
    await using server = await startServer();
    await using bob = await SocketClient.as(server.url, 2, { username: "bob" });
    for (const content of ["a sticker", "taken back", "plain"]) {
      await bob.ask({ type: "private", "to_user_id": 1, content });
    }
    const { page, complaints } = await browser.open();
    await asIfNewer(page, (text) =>
      text
        .replace(/"kind":"direct","peer":\{[^}]*\}/, '"kind":"group","peer":null')
        .replace(
          /("content":)"taken back"(.*?"kind":"text")/,
          '$1""$2,"deleted_at":"2026-01-01T00:00:00.000Z"',
        )
        .replaceAll('"kind":"text"', '"kind":"sticker"'));
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await page.getByTestId("conversation").click();
    await sees(page, "a sticker");
    assert.deepEqual(await texts(page), ["a sticker", "Message removed", "plain"]);
    await page.getByText("This kind of conversation can only be read here.").waitFor();
    assert.equal(await page.getByTestId("composer").count(), 0);
    assert.equal(await page.getByTestId("thread").getAttribute("data-peer-id"), null);
    assert.equal(await page.getByTestId("thread-presence").count(), 0);
    assert.equal(await page.getByTestId("message").first().getByText("bob", { exact: true }).count(), 1);
    await isAccessible(page, "a conversation of another kind");
    assert.deepEqual(complaints, []);
  },
);

browserTest("A conversation whose messages are not held loads them when it is opened", async (browser) => {
  await using server = await startServer({ env: HISTORY_SETTINGS });
  // A sync brings the messages of the twenty newest conversations.
  for (let id = 2; id <= 23; id++) {
    await using person = await SocketClient.as(server.url, id, { username: `person-${id}` });
    for (const content of [`one of ${id}`, `two of ${id}`]) {
      await person.ask({ type: "private", "to_user_id": 1, content });
    }
  }
  const { page, complaints } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await page.getByTestId("conversation").nth(21).click();
  await sees(page, "two of 2");
  assert.deepEqual(await texts(page), ["one of 2", "two of 2"]);
  await page.getByTestId("unread-divider").waitFor();
  assert.deepEqual(complaints, []);
});
