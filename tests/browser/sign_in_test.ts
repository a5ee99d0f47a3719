import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { join, PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { online } from "./pages.ts";

browserTest("A known account signs in by two fields and Enter, without a mouse", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await page.locator('[data-testid="username"]:focus').waitFor();
  assert.equal(await page.evaluate("scrollY"), 0);
  await page.keyboard.type("ann_lee");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="password"]:focus').waitFor();
  assert.equal(await page.getByTestId("error-password").count(), 0);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await online(page);
  assert.deepEqual(complaints, []);
});

browserTest("Password managers know the fields, and a password goes out hidden", async (browser) => {
  await using server = await startOpenRelease();
  const { page, forgive } = await browser.open();
  await page.goto(server.url.href);
  const told = async (): Promise<unknown> =>
    await page.locator("form input").evaluateAll((inputs) =>
      inputs.map((input) => ["name", "autocomplete", "type"].map((name) => input.getAttribute(name)))
    );
  assert.deepEqual(await told(), [["username", "username", null], [
    "password",
    "current-password",
    "password",
  ]]);
  // Some browsers send what they check for spelling to somebody else.
  assert.equal(await page.locator('form input:not([spellcheck="false"])').count(), 0);
  await page.getByTestId("password").fill("a secret");
  await page.getByTestId("show-password").click();
  assert.equal(await page.getByTestId("show-password").getAttribute("aria-pressed"), "true");
  assert.equal(await page.getByTestId("password").getAttribute("type"), "text");
  await page.getByTestId("username").fill("nobody");
  await page.getByTestId("submit").click();
  await page.getByTestId("form-error").waitFor();
  assert.equal(await page.getByTestId("password").getAttribute("type"), "password");
  await page.getByTestId("register-tab").click();
  assert.deepEqual(await told(), [
    ["username", "username", null],
    ["email", "email", "email"],
    ["phone", "tel", "tel"],
    ["password", "new-password", "password"],
  ]);
  assert.equal(await page.getByTestId("username").inputValue(), "nobody");
  forgive();
});

browserTest("Texts and faults change with the language at once, and what is typed stays", async (browser) => {
  await using server = await startOpenRelease();
  const { page, complaints } = await browser.open();
  await page.goto(server.url.href);
  await page.getByTestId("register-tab").click();
  await page.getByTestId("username").fill("an");
  await page.getByTestId("email").fill("no address");
  await page.getByTestId("submit").click();
  await page.getByTestId("error-username").getByText("3 to 20 characters").waitFor();
  await page.getByTestId("language").selectOption("zh");
  await page.getByTestId("error-username").getByText("长度须为 3 到 20 个字符").waitFor();
  await page.getByTestId("error-email").getByText("邮箱格式不正确").waitFor();
  assert.equal(await page.getByTestId("username").inputValue(), "an");
  await page.getByTestId("username").fill("ann");
  assert.equal(await page.getByTestId("error-username").count(), 0);
  await page.getByTestId("error-password").waitFor();
  assert.deepEqual(complaints, []);
});

browserTest("What the server alone can know is told beside its field, too", async (browser) => {
  await using server = await startOpenRelease();
  await join(server.url, "ann_lee");
  const { page, forgive } = await browser.open();
  await page.goto(server.url.href);
  await page.getByTestId("register-tab").click();
  await page.getByTestId("username").fill("ANN_LEE");
  await page.getByTestId("email").fill("other@example.com");
  await page.getByTestId("password").fill("password123");
  await page.getByTestId("submit").click();
  await page.getByTestId("error-password").getByText("most used").waitFor();
  await page.getByTestId("password").fill(PASSWORD);
  await page.getByTestId("submit").click();
  await page.getByTestId("error-username").getByText("taken").waitFor();
  await page.locator('[data-testid="username"]:focus').waitFor();
  forgive();
});

browserTest("Too many tries are told with the time to wait, in words", async (browser) => {
  await using server = await startOpenRelease({ env: { CHAT_LIMIT_LOGIN: "1" } });
  const { page, forgive } = await browser.open();
  await page.goto(server.url.href);
  await page.getByTestId("username").fill("nobody");
  await page.getByTestId("password").fill("wrong");
  await page.getByTestId("submit").click();
  await page.getByTestId("form-error").getByText("wrong").waitFor();
  await page.getByTestId("submit").click();
  await page.getByTestId("form-error").getByText(/Try again in 1[45] minutes/).waitFor();
  await page.getByTestId("language").selectOption("zh");
  await page.getByTestId("form-error").getByText(/1[45]\s?分钟/).waitFor();
  forgive();
});

browserTest(
  "A server that is away is told in the form, and the same form works when it is back",
  async (browser) => {
    await using server = await startOpenRelease();
    await join(server.url, "ann_lee");
    const { page, forgive } = await browser.open();
    await page.goto(server.url.href);
    await page.getByTestId("username").fill("ann_lee");
    await page.getByTestId("password").fill(PASSWORD);
    await page.context().setOffline(true);
    await page.getByTestId("submit").click();
    await page.getByTestId("form-error").getByText("cannot be reached").waitFor();
    await page.context().setOffline(false);
    await page.getByTestId("submit").click();
    await online(page);
    forgive();
  },
);

browserTest(
  "Closed registration says so, and an invite link opens the form with its code",
  async (browser) => {
    await using server = await startServer({ mode: "release", env: { CHAT_REGISTRATION: "closed" } });
    const { page, complaints } = await browser.open();
    await page.goto(server.url.href);
    await page.getByTestId("register-tab").click();
    await page.getByTestId("registration-closed").waitFor();
    assert.equal(await page.getByTestId("submit").count(), 0);
    const link = new URL("#invite=some.code", server.url);
    await page.goto("about:blank");
    await page.goto(link.href);
    assert.equal(await page.getByTestId("invite").inputValue(), "some.code");
    // Pasted over it, another link loads nothing anew.
    await page.goto(new URL("#invite=other.code", server.url).href);
    await until("its code is there", async () => {
      return await page.getByTestId("invite").inputValue() === "other.code";
    });
    assert.deepEqual(complaints, []);
  },
);
