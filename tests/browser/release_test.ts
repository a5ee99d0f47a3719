import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, type TestBrowser, type WatchedPage } from "../support/browser.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { hasStatus, isAccessible, online, sees, texts } from "./pages.ts";

const PASSWORD = "correct horse battery";

/** A release server on which passwords are cheap enough for tests. */
function startRelease(): Promise<RunningServer> {
  return startServer({ mode: "release", env: { CHAT_BCRYPT_COST: "10", CHAT_REGISTRATION: "invite" } });
}

/** The link by which the first account comes in, printed before the server says that it listens. */
function ownerLink(server: RunningServer): string {
  const [link] = /http\S+#invite=[\w.-]+/.exec(server.stdout()) ?? [];
  assert.ok(link !== undefined, "the start shows a link for the owner");
  return link;
}

/** Fills the registration form in and sends it. */
async function register(page: Page, { name, invite }: { name: string; invite?: string }): Promise<void> {
  await page.getByTestId("register-tab").click();
  await page.getByTestId("username").fill(name);
  await page.getByTestId("email").fill(`${name}@example.com`);
  await page.getByTestId("password").fill(PASSWORD);
  if (invite !== undefined) await page.getByTestId("invite").fill(invite);
  await page.getByTestId("submit").click();
}

/** Two people who are signed in, the first as the owner. */
async function two(browser: TestBrowser, server: RunningServer): Promise<[WatchedPage, WatchedPage]> {
  const ann = await browser.open();
  await ann.page.goto(ownerLink(server));
  await register(ann.page, { name: "ann_s" });
  await online(ann.page);
  const link = await ann.page.evaluate<string>(`fetch("/api/v1/invites", {
    method: "POST", headers: { "content-type": "application/json" }, body: "{}",
  }).then((response) => response.json()).then(({ data }) => data.invites[0].link)`);
  const bob = await browser.open();
  await bob.page.goto(server.url.href);
  await register(bob.page, { name: "bob_s", invite: link });
  await online(bob.page);
  return [ann, bob];
}

browserTest(
  "In release two people register by invites, write to each other, reload and sign out",
  async (browser) => {
    await using server = await startRelease();
    const [ann, bob] = await two(browser, server);
    await bob.page.getByTestId("online-user").filter({ hasText: "ann_s" }).click();
    await bob.page.getByTestId("composer").fill("Good morning");
    await bob.page.getByTestId("send").click();
    await hasStatus(bob.page, { text: "Good morning", status: "delivered" });

    const row = ann.page.getByTestId("conversation");
    await row.getByTestId("unread").waitFor();
    assert.equal(await row.getByTestId("conversation-preview").textContent(), "Good morning");
    assert.equal(await row.getByTestId("conversation-name").textContent(), "bob_s");
    await row.click();
    await sees(ann.page, "Good morning");
    await row.getByTestId("unread").waitFor({ state: "detached" });
    await hasStatus(bob.page, { text: "Good morning", status: "read" });

    await ann.page.reload();
    await sees(ann.page, "Good morning");
    await bob.page.getByTestId("settings").click();
    await bob.page.getByTestId("sign-out").click();
    await bob.page.getByTestId("submit").waitFor();
    await bob.page.reload();
    await bob.page.getByTestId("submit").waitFor();
    await bob.page.getByTestId("username").fill("bob_s@example.com");
    await bob.page.getByTestId("password").fill(PASSWORD);
    await bob.page.getByTestId("submit").click();
    await bob.page.getByTestId("conversation").click();
    await sees(bob.page, "Good morning");
    assert.deepEqual(await texts(bob.page), ["Good morning"]);
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  },
);

browserTest(
  "The sign-in view asks nothing that is refused, shows no test form and warns of plain http",
  async (browser) => {
    await using server = await startRelease();
    const { page, complaints } = await browser.open();
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
    await page.goto(server.url.href);
    await page.getByTestId("submit").waitFor();
    await page.getByTestId("insecure").waitFor();
    assert.equal(await page.getByTestId("debug-connect").count(), 0);
    // What it has to know of the server stands in the page.
    assert.deepEqual(asked.filter((path) => path.startsWith("/api")), []);
    assert.deepEqual(complaints, []);
  },
);

browserTest(
  "Registration shows every fault at once, beside its field, and a taken name as well",
  async (browser) => {
    await using server = await startRelease();
    const [ann] = await two(browser, server);
    const { page, complaints, forgive } = await browser.open();
    await page.goto(server.url.href);
    await page.getByTestId("register-tab").click();
    await page.getByTestId("submit").click();
    for (const field of ["username", "email", "password", "invite"]) {
      await page.getByTestId(`error-${field}`).waitFor();
    }
    assert.deepEqual(complaints, []);
    await isAccessible(page, "registration with faults");
    const link = await ann.page.evaluate<string>(`fetch("/api/v1/invites", {
    method: "POST", headers: { "content-type": "application/json" }, body: "{}",
  }).then((response) => response.json()).then(({ data }) => data.invites[0].link)`);
    await register(page, { name: "ANN_S", invite: link });
    await page.getByTestId("error-username").waitFor();
    forgive();
  },
);

browserTest(
  "A wrong password is told in the form, and the session that ends leads back to it",
  async (browser) => {
    await using server = await startRelease();
    const [ann, bob] = await two(browser, server);
    const other = await browser.open();
    await other.page.goto(server.url.href);
    await other.page.getByTestId("username").fill("ann_s");
    await other.page.getByTestId("password").fill("wrong");
    await other.page.getByTestId("submit").click();
    await other.page.getByTestId("form-error").waitFor();
    await ann.page.evaluate(`fetch("/api/v1/auth/logout", {
    method: "POST", headers: { "content-type": "application/json" }, body: "{}",
  })`);
    await ann.page.getByTestId("submit").waitFor();
    await bob.page.getByTestId("online-user").filter({ hasText: "ann_s" }).waitFor({ state: "detached" });
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  },
);

browserTest(
  "What was chosen in appearance holds over a reload, and every view of release is accessible",
  async (browser) => {
    await using server = await startRelease();
    const [ann, bob] = await two(browser, server);
    await ann.page.getByTestId("settings").click();
    await ann.page.getByTestId("theme").selectOption("dark");
    await ann.page.reload();
    await online(ann.page);
    assert.equal(await ann.page.locator("html").getAttribute("data-theme"), "dark");
    await bob.page.getByTestId("online-user").filter({ hasText: "ann_s" }).click();
    await bob.page.getByTestId("composer").fill("for the eyes");
    await bob.page.getByTestId("composer").press("Enter");
    await ann.page.getByTestId("unread").waitFor();
    await isAccessible(ann.page, "list with an unread conversation, dark");
    await isAccessible(bob.page, "thread, light");
  },
);
