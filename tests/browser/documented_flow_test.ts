import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { startServer } from "../support/server.ts";
import { connect, debugSend, hasStatus, isAccessible, message, online, sees, state, texts } from "./pages.ts";

browserTest(
  "The documented flow works in two contexts, and after a reload both still see their messages",
  async (browser) => {
    await using server = await startServer();
    const ann = await browser.open({ locale: "zh-CN" });
    const bob = await browser.open({ locale: "en-GB" });
    await connect(ann.page, { url: server.url, id: 1, name: "testuser" });
    await connect(bob.page, { url: server.url, id: 2, name: "bob" });
    await ann.page.locator('[data-testid="online-user"][data-user-id="2"]').waitFor();
    await bob.page.locator('[data-testid="online-user"][data-user-id="1"]').waitFor();

    await debugSend(ann.page, { to: 2, text: "Hello World" });
    await sees(bob.page, "Hello World");
    await debugSend(bob.page, { to: 1, text: "你好\n第二行 <b>&amp;</b>" });
    await ann.page.getByTestId("message").nth(1).waitFor();
    await hasStatus(ann.page, { text: "Hello World", status: "read" });

    const both = ["Hello World", "你好\n第二行 <b>&amp;</b>"];
    for (const { page } of [ann, bob]) {
      await page.reload();
      await online(page);
      await page.getByTestId("message").nth(1).waitFor();
      assert.deepEqual(await texts(page), both);
    }
    assert.equal(await message(ann.page, "Hello World").getAttribute("data-mine"), "true");
    assert.equal(await message(bob.page, "Hello World").getAttribute("data-mine"), "false");
    assert.equal(await message(bob.page, "Hello World").getAttribute("data-seq"), "1");
    assert.deepEqual([...ann.complaints, ...bob.complaints], []);
  },
);

browserTest(
  "The test page speaks Chinese or English as the browser does, and remembers what was chosen",
  async (browser) => {
    await using server = await startServer();
    const { page } = await browser.open({ locale: "zh-CN" });
    await page.goto(server.url.href);
    await page.getByRole("button", { name: "连接" }).waitFor();
    assert.equal(await page.getByTestId("language").inputValue(), "zh");
    await page.getByTestId("language").selectOption("en");
    await page.getByRole("button", { name: "Connect" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Connect" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  },
);

browserTest("The test page says what is wrong with an id, and connects nobody", async (browser) => {
  await using server = await startServer();
  const { page } = await browser.open();
  await page.goto(server.url.href);
  for (const id of ["", "0", "-1", "abc", "4294967296"]) {
    await page.getByTestId("debug-user-id").fill(id);
    await page.getByTestId("debug-connect").click();
    await page.getByTestId("error-debug-user-id").waitFor();
  }
  await page.getByTestId("error-debug-username").waitFor();
  assert.equal(await page.getByTestId("connection-state").count(), 0);
});

browserTest("Frame log, typing, online list and disconnecting work as documented", async (browser) => {
  await using server = await startServer();
  const ann = await browser.open();
  const bob = await browser.open();
  await connect(ann.page, { url: server.url, id: 1, name: "ann" });
  await connect(bob.page, { url: server.url, id: 2, name: "bob" });
  await debugSend(ann.page, { to: 2, text: "hi" });
  await sees(bob.page, "hi");
  const log = ann.page.getByTestId("frame-log");
  await log.getByText('"type":"welcome"').waitFor();
  await log.getByText('"content":"hi"').first().waitFor();

  await bob.page.getByTestId("composer").pressSequentially("hello");
  await ann.page.getByTestId("typing").waitFor();
  // The Enter that ends a composition chooses characters; it sends nothing.
  await bob.page.getByTestId("composer").dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await bob.page.getByTestId("composer").press("Shift+Enter");
  await bob.page.getByTestId("composer").pressSequentially("there");
  await bob.page.getByTestId("composer").press("Enter");
  await ann.page.getByTestId("message").nth(1).waitFor();
  assert.deepEqual(await texts(ann.page), ["hi", "hello\nthere"]);
  await ann.page.getByTestId("typing").waitFor({ state: "detached" });

  await bob.page.getByTestId("disconnect").click();
  await bob.page.getByTestId("debug-connect").waitFor();
  assert.equal(await bob.page.getByTestId("debug-user-id").inputValue(), "2");
  await ann.page.locator('[data-testid="online-user"][data-user-id="2"]').waitFor({ state: "detached" });
  await ann.page.locator('[data-testid="thread-presence"][data-status="offline"]').waitFor();
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});

browserTest(
  "A message shows as pending while the server is gone, and arrives once after it came back",
  async (browser) => {
    const dataDir = await Deno.makeTempDir({ prefix: "go-chat-test-" });
    try {
      const first = await startServer({ dataDir });
      const ann = await browser.open();
      const bob = await browser.open();
      await connect(ann.page, { url: first.url, id: 1, name: "ann" });
      await connect(bob.page, { url: first.url, id: 2, name: "bob" });
      await debugSend(ann.page, { to: 2, text: "before" });
      await hasStatus(ann.page, { text: "before", status: "read" });

      await first.kill();
      await state(ann.page, "offline").waitFor();
      await debugSend(ann.page, { to: 2, text: "meanwhile" });
      await hasStatus(ann.page, { text: "meanwhile", status: "pending" });
      await ann.page.getByTestId("composer").fill("and more");
      await ann.page.getByTestId("composer").press("Enter");

      await using _second = await startServer({ dataDir, args: ["--port", first.url.port] });
      await online(ann.page);
      await sees(bob.page, "and more");
      await hasStatus(ann.page, { text: "and more", status: "read" });
      const all = ["before", "meanwhile", "and more"];
      assert.deepEqual([await texts(ann.page), await texts(bob.page)], [all, all]);
    } finally {
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);

browserTest("A message written while the server is gone survives a reload of its tab", async (browser) => {
  const dataDir = await Deno.makeTempDir({ prefix: "go-chat-test-" });
  try {
    const first = await startServer({ dataDir });
    const ann = await browser.open();
    await connect(ann.page, { url: first.url, id: 1, name: "ann" });
    await first.kill();
    await state(ann.page, "offline").waitFor();
    await debugSend(ann.page, { to: 2, text: "kept" });
    await hasStatus(ann.page, { text: "kept", status: "pending" });
    await using _second = await startServer({ dataDir, args: ["--port", first.url.port] });
    // The reload may come before or after the reconnect; either way there is one message.
    await ann.page.reload();
    await hasStatus(ann.page, { text: "kept", status: "stored" });
    assert.deepEqual(await texts(ann.page), ["kept"]);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

browserTest(
  "On a phone, list and thread are separate views, and nothing is wider than the screen",
  async (browser) => {
    await using server = await startServer();
    const ann = await browser.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const bob = await browser.open();
    await connect(ann.page, { url: server.url, id: 1, name: "ann" });
    await connect(bob.page, { url: server.url, id: 2, name: "bob" });
    await debugSend(bob.page, { to: 1, text: "w".repeat(300) });
    await sees(ann.page, "w".repeat(300));
    assert.equal(await ann.page.getByTestId("conversation-list").isVisible(), false);
    await ann.page.getByTestId("back").click();
    await ann.page.getByTestId("conversation").waitFor();
    assert.equal(await ann.page.getByTestId("thread").count(), 0);
    await debugSend(bob.page, { to: 1, text: "again" });
    await ann.page.getByTestId("unread").waitFor();
    assert.equal(await ann.page.getByTestId("unread").textContent(), "1");
    await ann.page.getByTestId("conversation").focus();
    await ann.page.keyboard.press("Enter");
    await sees(ann.page, "again");
    const width = await ann.page.evaluate("document.documentElement.scrollWidth");
    assert.equal(width, 390);
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1280]) {
    browserTest(
      `The test page breaks no accessibility rule, ${colorScheme}, ${width} wide`,
      async (browser) => {
        await using server = await startServer();
        const ann = await browser.open({ viewport: { width, height: 844 }, colorScheme });
        const bob = await browser.open();
        await ann.page.goto(server.url.href);
        await ann.page.getByTestId("debug-connect").click();
        await isAccessible(ann.page, "sign-in view with faults");
        await connect(ann.page, { url: server.url, id: 1, name: "ann" });
        await isAccessible(ann.page, "nothing open");
        await connect(bob.page, { url: server.url, id: 2, name: "bob" });
        await debugSend(bob.page, { to: 1, text: "one" });
        await sees(ann.page, "one");
        await debugSend(ann.page, { to: 2, text: "two" });
        await bob.page.getByTestId("composer").pressSequentially("typing");
        await ann.page.getByTestId("typing").waitFor();
        await isAccessible(ann.page, "thread");
        assert.deepEqual(ann.complaints, []);
      },
    );
  }
}
