import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { browserTest } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { isAccessible, online, signIn } from "./pages.ts";

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

browserTest(
  "An owner sees what the server does, drawn, in words and as a table, and anew while they look",
  async (browser) => {
    await using server = await startOpenRelease();
    const [ann, bob] = [await join(server.url, "ann_lee"), await join(server.url, "bob_kay")];
    await bob.write(ann, "counted");
    for (const [colorScheme, locale, width] of [["light", "en-GB", 1_280], ["dark", "zh-CN", 390]] as const) {
      const viewport = { width, height: 844 };
      const { page, complaints } = await browser.open({ viewport, colorScheme, locale });
      await page.goto(server.url.href);
      await signIn(page, "ann_lee");
      await page.getByTestId("settings").click();
      // The first sample is taken ten seconds after the start, and the page asks for it by itself.
      await page.getByTestId("figures").waitFor();
      assert.equal(await page.getByTestId("figure").count(), 9);
      const people = page.locator('[data-figure="online"]');
      await people.getByTestId("figure-value").getByText(/^[1-9]$/).waitFor();
      const memory = await page.locator('[data-figure="memory_bytes"]').getByTestId("figure-value")
        .innerText();
      assert.match(memory, /^[\d.,]+ [MG]iB$/);
      assert.match(await people.locator("path").getAttribute("d") ?? "", /^M/);
      await page.getByTestId("figures-table").click();
      await page.getByRole("columnheader").nth(9).waitFor();
      await isAccessible(page, `figures, ${colorScheme}, ${locale}`);
      const over = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      assert.equal(await page.evaluate(over), 0);
      const body = 'document.querySelector(".settings-body")';
      assert.equal(await page.evaluate(`${body}.scrollWidth - ${body}.clientWidth`), 0);
      await page.waitForResponse((response) => response.url().includes("/admin/figures"));
      assert.deepEqual(complaints, []);
      await page.close();
    }
  },
);

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
  assert.equal(await page.locator('[data-section="figures"]').count(), 0);
  assert.deepEqual(complaints, []);
});
