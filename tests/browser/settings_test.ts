import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { browserTest, type TestBrowser, type WatchedPage } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import type { RunningServer } from "../support/server.ts";
import { online, signIn } from "./pages.ts";

/** A page on which somebody is signed in. */
async function signedIn(browser: TestBrowser, server: RunningServer, name: string): Promise<WatchedPage> {
  const watched = await browser.open();
  await watched.page.goto(server.url.href);
  await signIn(watched.page, name);
  return watched;
}

function focused(page: Page, testId: string): Locator {
  return page.locator(`[data-testid="${testId}"]:focus`);
}

browserTest("Settings are a modal dialog that takes the focus and gives it back", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const { page, complaints } = await signedIn(browser, server, "ann_lee");
  await page.getByTestId("settings").focus();
  await page.keyboard.press("Enter");
  await focused(page, "settings-close").waitFor();
  await page.getByTestId("device").first().waitFor();
  assert.equal(await page.getByTestId("language").count(), 1);
  assert.equal(await page.getByTestId("theme").count(), 1);
  await page.keyboard.press("Escape");
  await page.getByTestId("settings-close").waitFor({ state: "detached" });
  await focused(page, "settings").waitFor();
  await page.getByTestId("settings").click();
  await page.getByTestId("language").selectOption("zh");
  await page.getByRole("heading", { name: "设置", exact: true }).waitFor();
  await page.getByTestId("settings-close").click();
  await page.getByTestId("settings-close").waitFor({ state: "detached" });
  await focused(page, "settings").waitFor();
  assert.deepEqual(complaints, []);
});

browserTest(
  "A profile is changed: the phone alone, a new name by the password, a taken one not",
  async (browser) => {
    await using server = await startOpenRelease();
    await join(server.url, "ann_lee");
    await join(server.url, "bob_kay");
    const { page, forgive } = await signedIn(browser, server, "ann_lee");
    await page.getByTestId("settings").click();
    assert.equal(await page.getByTestId("profile-name").inputValue(), "ann_lee");
    assert.equal(await page.getByTestId("profile-email").inputValue(), "ann_lee@example.com");
    await page.getByTestId("profile-phone").fill("13800138000");
    await page.getByTestId("profile-save").click();
    await page.getByText("Saved", { exact: true }).waitFor();

    await page.getByTestId("profile-name").fill("BOB_KAY");
    await page.getByTestId("profile-save").click();
    await page.getByTestId("error-profile-password").waitFor();
    await page.getByTestId("profile-password").fill("wrong");
    await page.getByTestId("profile-save").click();
    await page.getByTestId("error-profile-password").getByText("wrong").waitFor();
    await page.getByTestId("profile-password").fill(PASSWORD);
    await page.getByTestId("profile-save").click();
    await page.getByTestId("error-profile-name").getByText("taken").waitFor();
    await focused(page, "profile-name").waitFor();
    await page.getByTestId("profile-name").fill("ann_new");
    await page.getByTestId("profile-save").click();
    await page.getByText("Saved", { exact: true }).waitFor();
    assert.equal(await page.getByTestId("profile-password").count(), 0);
    await page.getByTestId("settings-close").click();
    await page.locator(".self-name").filter({ hasText: "ann_new" }).waitFor();
    await page.reload();
    await page.getByTestId("settings").click();
    assert.equal(await page.getByTestId("profile-phone").inputValue(), "13800138000");
    forgive();
  },
);

browserTest(
  "A password is changed by the old one alone, and all faults are told in words",
  async (browser) => {
    await using server = await startOpenRelease();
    await join(server.url, "ann_lee");
    const { page, forgive } = await signedIn(browser, server, "ann_lee");
    await page.getByTestId("settings").click();
    await page.getByTestId("old-password").fill("not this one");
    await page.getByTestId("new-password").fill("short");
    await page.getByTestId("change-password").click();
    await page.getByTestId("error-new-password").getByText("at least 8").waitFor();
    await page.getByTestId("new-password").fill("a longer new password");
    await page.getByTestId("change-password").click();
    await page.getByTestId("error-old-password").getByText("wrong").waitFor();
    await page.getByTestId("old-password").fill(PASSWORD);
    await page.getByTestId("change-password").click();
    await page.getByText("The password was changed.").waitFor();
    assert.equal(await page.getByTestId("new-password").inputValue(), "");
    await page.locator('[data-testid="device"][data-current="true"]').waitFor();
    await page.getByTestId("settings-close").click();
    await online(page);
    forgive();
  },
);

browserTest("A device is ended from another one, after one question", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const first = await signedIn(browser, server, "ann_lee");
  const second = await signedIn(browser, server, "ann_lee");
  const { page } = first;
  await page.getByTestId("settings").click();
  const devices = page.getByTestId("device");
  await devices.nth(2).waitFor();
  assert.equal(await page.locator('[data-testid="device"][data-current="true"]').count(), 1);
  // The last used of the others: the second browser. The third is the API's own session.
  const other = page.locator('[data-testid="device"][data-current="false"]').filter({ hasText: "Chrome" });
  const id = await other.getAttribute("data-session-id");
  await other.getByTestId("end-session").click();
  await focused(page, "confirm").waitFor();
  await page.keyboard.press("Escape");
  await other.getByTestId("end-session").and(page.locator(":focus")).waitFor();
  assert.ok(await page.getByTestId("settings-close").isVisible());
  await other.getByTestId("end-session").click();
  await page.getByTestId("confirm").click();
  await page.locator(`[data-session-id="${id}"]`).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Devices" }).and(page.locator(":focus")).waitFor();
  await second.page.getByTestId("submit").waitFor();
  await second.page.getByText("You were signed out.").waitFor();
  assert.deepEqual([...first.complaints, ...second.complaints], []);
});

browserTest("Signing out everywhere ends all devices, this one included", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const first = await signedIn(browser, server, "ann_lee");
  const second = await signedIn(browser, server, "ann_lee");
  await first.page.getByTestId("settings").click();
  await first.page.getByTestId("sign-out-everywhere").click();
  await first.page.getByTestId("cancel").click();
  await focused(first.page, "sign-out-everywhere").waitFor();
  await first.page.getByTestId("sign-out-everywhere").click();
  await first.page.getByTestId("confirm").click();
  for (const { page } of [first, second]) {
    await page.getByTestId("submit").waitFor();
    await page.reload();
    await page.getByTestId("submit").waitFor();
  }
  assert.deepEqual([...first.complaints, ...second.complaints], []);
});

browserTest("What cannot be loaded says so and is there at the next try", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const { page, forgive } = await signedIn(browser, server, "ann_lee");
  await page.route("**/api/v1/auth/sessions", (route) => route.abort());
  await page.getByTestId("settings").click();
  await page.getByText("The server cannot be reached.").waitFor();
  await page.unroute("**/api/v1/auth/sessions");
  await page.getByTestId("try-again").click();
  await page.getByTestId("device").nth(1).waitFor();
  assert.equal(await page.getByTestId("failed").count(), 0);
  forgive();
});

browserTest(
  "Notices are switched on and off here, and where the browser blocks them it says so",
  async (browser) => {
    await using server = await startOpenRelease();
    await join(server.url, "ann_lee");
    const { page, complaints } = await browser.open({ permissions: ["notifications"] });
    const state = (name: string): Locator =>
      page.locator(`[data-testid="notifications"][data-state="${name}"]`);
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    await page.getByTestId("settings").click();
    await state("off").waitFor();
    await page.getByTestId("notifications-switch").click();
    await state("on").waitFor();
    await page.reload();
    await page.getByTestId("settings").click();
    await state("on").waitFor();
    await page.getByTestId("notifications-switch").click();
    await state("off").waitFor();
    const blocked = await signedIn(browser, server, "ann_lee");
    // As after somebody said no to the browser's own question.
    await blocked.page.evaluate(`Object.defineProperty(Notification, "permission", { get: () => "denied" })`);
    await blocked.page.getByTestId("settings").click();
    await blocked.page.getByTestId("notifications").getByText("Blocked in the browser").waitFor();
    assert.equal(await blocked.page.getByTestId("notifications-switch").count(), 0);
    assert.deepEqual([...complaints, ...blocked.complaints], []);
  },
);

browserTest("Signing out asks only where messages wait that would be lost", async (browser) => {
  await using server = await startOpenRelease();
  const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
  await bob.write(ann, "hello");
  const { page, forgive } = await signedIn(browser, server, "ann_lee");
  await page.getByTestId("conversation").click();
  await server.kill();
  await page.locator('[data-testid="connection-state"]:not([data-state="online"])').waitFor();
  await page.getByTestId("composer").fill("not yet sent");
  await page.getByTestId("composer").press("Enter");
  await page.getByTestId("settings").click();
  await page.getByTestId("sign-out").click();
  await page.getByText("Not sent yet: 1.").waitFor();
  await page.getByTestId("cancel").click();
  await page.getByTestId("settings-close").click();
  await page.getByTestId("composer").fill("not even finished");
  await page.getByTestId("settings").click();
  await page.getByTestId("sign-out").click();
  await page.getByText("Not sent yet: 2.").waitFor();
  await page.getByTestId("confirm").click();
  await page.getByTestId("submit").waitFor();
  await page.getByText("this browser may still be signed in").waitFor();
  forgive();
});

/** From now on the page hears nothing of the answer to its signing out. */
async function unanswered(page: Page, answer: string): Promise<void> {
  await page.evaluate(`const ask = fetch;
    globalThis.fetch = (...request) => String(request[0]).endsWith("/logout") ? ${answer} : ask(...request)`);
}

browserTest("Signing out is for every tab, also where the server does not hear of it", async (browser) => {
  await using server = await startOpenRelease();
  const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
  await bob.write(ann, "hello");
  const { page, forgive } = await signedIn(browser, server, "ann_lee");
  const second = await page.context().newPage();
  await second.goto(server.url.href);
  await second.getByTestId("conversation").click();
  await unanswered(page, "Promise.reject(new TypeError())");
  await page.getByTestId("settings").click();
  await page.getByTestId("sign-out").click();
  await page.getByText("this browser may still be signed in").waitFor();
  await second.getByTestId("submit").waitFor();
  assert.equal(await second.getByText("hello").count(), 0);
  forgive();
});

browserTest("Whoever signs out sees it at once, however long the server takes", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const { page, complaints } = await signedIn(browser, server, "ann_lee");
  await unanswered(page, "new Promise(() => {})");
  await page.getByTestId("settings").click();
  await page.getByTestId("sign-out").click();
  await page.getByText("One moment").waitFor();
  await page.getByTestId("settings").waitFor({ state: "detached" });
  assert.deepEqual(complaints, []);
});

browserTest("A tab whose session ended goes over to who has signed in since", async (browser) => {
  await using server = await startOpenRelease();
  const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
  const { page, complaints } = await signedIn(browser, server, "ann_lee");
  // What another tab did while this one slept, and was not told.
  await page.evaluate(async ([id, password]) => {
    const body = JSON.stringify({ username: "bob_kay", password });
    await fetch("/api/v1/auth/login", { method: "POST", body });
    localStorage.setItem("go-chat.signed-in", `${id}`);
  }, [bob.id, PASSWORD] as const);
  await ann.call("DELETE", "auth/sessions");
  await page.locator(".self-name").getByText("bob_kay").waitFor();
  await online(page);
  await page.reload();
  await online(page);
  assert.deepEqual(complaints, []);
});
