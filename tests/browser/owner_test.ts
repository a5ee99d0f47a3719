import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { online, signIn } from "./pages.ts";

function person(page: Page, name: string): Locator {
  return page.getByTestId("person").filter({ has: page.getByText(name, { exact: true }) });
}

browserTest(
  "An owner makes an invite, somebody comes in by it, and another one is deleted",
  async (browser) => {
    await using server = await startOpenRelease({ env: { CHAT_REGISTRATION: "open" } });
    await join(server.url, "ann_lee");
    const { page, complaints } = await browser.open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(server.url.href);
    await signIn(page, "ann_lee");
    await page.getByTestId("settings").click();
    await page.getByTestId("invite-uses").selectOption("5");
    await page.getByTestId("invite-days").selectOption("30");
    await page.getByTestId("make-invite").click();
    await page.getByTestId("invite-entry").getByText("For 5 people").waitFor();
    const link = await page.getByTestId("invite-link").innerText();
    await page.getByTestId("copy-invite").click();
    await page.getByTestId("copy-invite").getByText("Copied").waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), link);

    const guest = await browser.open();
    await guest.page.goto(link);
    await guest.page.getByTestId("username").fill("guest_one");
    await guest.page.getByTestId("email").fill("guest@example.com");
    await guest.page.getByTestId("password").fill(PASSWORD);
    await guest.page.getByTestId("submit").click();
    await online(guest.page);

    await page.getByTestId("end-invite").click();
    await page.getByTestId("confirm").click();
    await page.getByTestId("invite-entry").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Invites" }).and(page.locator(":focus")).waitFor();
    assert.deepEqual([...complaints, ...guest.complaints], []);
  },
);

browserTest("An owner disables and restores somebody, and makes them an owner", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  await join(server.url, "bob_kay");
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  const bob = await browser.open();
  await bob.page.goto(server.url.href);
  await signIn(bob.page, "bob_kay");
  await page.getByTestId("settings").click();
  const row = person(page, "bob_kay");
  await row.waitFor();
  assert.equal(await person(page, "ann_lee").getByTestId("change-status").count(), 0);
  await row.getByTestId("change-status").click();
  await page.getByTestId("confirm").click();
  await page.locator('[data-testid="person"][data-status="disabled"]').waitFor();
  await bob.page.getByTestId("submit").waitFor();
  await row.getByTestId("change-status").click();
  await row.and(page.locator('[data-status="active"]')).waitFor();
  await row.getByTestId("change-role").click();
  await page.getByTestId("confirm").click();
  await row.and(page.locator('[data-role="owner"]')).waitFor();
  await signIn(bob.page, "bob_kay");
  await bob.page.getByTestId("settings").click();
  await bob.page.getByTestId("people").waitFor();
  assert.deepEqual(complaints, []);
});

browserTest("An owner finds people by name, and pages through many", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  for (let at = 0; at < 52; at++) await join(server.url, `person_${at}`);
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "ann_lee");
  await page.getByTestId("settings").click();
  await page.getByTestId("more-people").click();
  await page.getByTestId("person").nth(52).waitFor();
  assert.equal(await page.getByTestId("more-people").count(), 0);
  await page.getByTestId("people-search").fill("PERSON_5");
  await page.getByTestId("people-search").press("Enter");
  await page.getByTestId("person").nth(52).waitFor({ state: "detached" });
  await person(page, "person_51").waitFor();
  assert.equal(await page.getByTestId("person").count(), 3);
  assert.deepEqual(complaints, []);
});

browserTest("A member sees neither invites nor people in the settings", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  await join(server.url, "bob_kay");
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await signIn(page, "bob_kay");
  await page.getByTestId("settings").click();
  await page.getByTestId("profile-name").waitFor();
  await page.getByTestId("device").first().waitFor();
  assert.equal(await page.getByTestId("make-invite").count(), 0);
  assert.equal(await page.getByTestId("people").count(), 0);
  assert.deepEqual(complaints, []);
});
