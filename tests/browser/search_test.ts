import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, startOpenRelease } from "../support/page_people.ts";
import { startServer } from "../support/server.ts";
import { connect, say, sees, signIn } from "./pages.ts";

function results(page: Page): Promise<string[]> {
  return page.getByTestId("search-result").locator(".row-name").allTextContents();
}

browserTest(
  "Search finds people by how their names begin and conversations by name and last line, each once",
  async (browser) => {
    await using server = await startOpenRelease();
    const [ann, bob, carol] = [
      await join(server.url, "ann_lee"),
      await join(server.url, "bob_kay"),
      await join(server.url, "carol_x"),
    ];
    await join(server.url, "bobby_z");
    await bob.write(ann, "About the boat");
    await carol.write(ann, "bob asked for you");
    const { page, complaints } = await browser.open();
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    await page.getByTestId("conversation").nth(1).waitFor();
    await page.getByTestId("search").fill("BOB");
    await page.getByTestId("search-result").nth(2).waitFor();
    assert.deepEqual(await results(page), ["bob_kay", "carol_x", "bobby_z"]);
    assert.equal(await page.getByTestId("search-result").first().getAttribute("data-user-id"), `${bob.id}`);
    assert.equal(await page.getByTestId("conversation-list").isVisible(), false);
    await page.getByTestId("search-result").nth(1).click();
    await sees(page, "bob asked for you");
    assert.equal(await page.getByTestId("search").inputValue(), "");
    assert.ok(await page.getByTestId("conversation-list").isVisible());
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "Search works by keys: Enter waits for the answer, arrows walk, Escape clears",
  async (browser) => {
    await using server = await startOpenRelease();
    for (const name of ["ann_lee", "bob_kay", "bobby_z"]) await join(server.url, name);
    const { page, complaints } = await browser.open();
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    const search = page.getByTestId("search");
    await search.pressSequentially("nobody_here");
    await page.getByText("Nobody found.").waitFor();
    await search.press("Escape");
    assert.equal(await search.inputValue(), "");
    await search.pressSequentially("bob");
    await page.getByTestId("search-result").nth(1).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.locator('[data-testid="search-result"]:focus').filter({ hasText: "bobby_z" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.locator('[data-testid="search"]:focus').waitFor();
    await page.keyboard.press("Escape");
    // Before the answer is there: the first of it opens.
    await page.keyboard.type("bobby");
    await page.keyboard.press("Enter");
    await page.getByTestId("thread-name").filter({ hasText: "bobby_z" }).waitFor();
    await page.locator('[data-testid="composer"]:focus').waitFor();
    assert.deepEqual(complaints, []);
  },
);

browserTest("A late answer to fewer letters changes nothing", async (browser) => {
  await using server = await startOpenRelease();
  for (const name of ["ann_lee", "bob_kay"]) await join(server.url, name);
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  const late = Promise.withResolvers<void>();
  await page.route("**/api/v1/users?q=b&*", async (route) => {
    await late.promise;
    const users = [{ id: 99, username: "bo_who_is_late", avatar: "" }];
    await route.fulfill({ json: { code: 200, message: "", data: { users, "has_more": false } } });
  });
  const asked = page.waitForRequest("**/api/v1/users?q=b&*");
  await page.getByTestId("search").fill("b");
  await asked;
  await page.getByTestId("search").fill("bo");
  await page.getByTestId("search-result").waitFor();
  const answered = page.waitForResponse("**/api/v1/users?q=b&*");
  late.resolve();
  await (await answered).finished();
  await page.getByTestId("search").fill("bob");
  await page.getByTestId("search-result").waitFor();
  assert.deepEqual(await results(page), ["bob_kay"]);
  assert.deepEqual(complaints, []);
});

browserTest(
  "A search that fails says so and can be tried again; offline it says where it looks",
  async (browser) => {
    await using server = await startOpenRelease();
    const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
    await bob.write(ann, "hello");
    await join(server.url, "bobby_z");
    const { page, forgive } = await browser.open();
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    await page.route("**/api/v1/users?*", (route) => route.abort());
    await page.getByTestId("search").fill("bob");
    await page.getByTestId("search-again").waitFor();
    assert.deepEqual(await results(page), ["bob_kay"]);
    await page.unroute("**/api/v1/users?*");
    await page.getByTestId("search-again").click();
    await page.getByTestId("search-result").nth(1).waitFor();
    await server.kill();
    await page.getByText("Offline: only what is on this device is searched.").waitFor();
    await page.getByTestId("search-result").nth(1).waitFor({ state: "detached" });
    assert.deepEqual(await results(page), ["bob_kay"]);
    forgive();
  },
);

browserTest("In debug a number that nobody is known by can be written to", async (browser) => {
  await using server = await startServer();
  const ann = await browser.open();
  const bob = await browser.open();
  await connect(ann.page, { url: server.url, id: 1, name: "testuser" });
  await ann.page.getByTestId("search").fill("77");
  const hit = ann.page.locator('[data-testid="search-result"][data-user-id="77"]');
  await hit.getByText("Write to user 77").waitFor();
  await hit.click();
  await ann.page.locator('[data-testid="thread"][data-peer-id="77"]').waitFor();
  await say(ann.page, "are you there");
  await connect(bob.page, { url: server.url, id: 77, name: "late" });
  await sees(bob.page, "are you there");
  await ann.page.getByTestId("search").fill("77");
  await hit.getByText("late", { exact: true }).waitFor();
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});
