import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { PASSWORD, startOpenRelease } from "../support/page_people.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { online, register } from "./pages.ts";

browserTest(
  "A page whose server was renewed before somebody signs in says so, and goes on after loading again",
  async (browser) => {
    await using server = await startOpenRelease();
    const ann = await browser.open();
    await ann.page.goto(server.url.href);
    await register(ann.page, "ann_lee");
    const { page } = await browser.open({ serviceWorkers: "block" });
    await page.route("**/joined/chatting*", (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url.href);
    await page.getByTestId("username").fill("ann_lee");
    await page.getByTestId("password").fill(PASSWORD);
    await page.getByTestId("submit").click();
    await page.getByTestId("try-again").waitFor();
    await page.unroute("**/joined/chatting*");
    await page.getByTestId("try-again").click();
    await online(page);
  },
);

browserTest(
  "Whoever signs out while the server is away is signed out there when the page is opened again",
  async (browser) => {
    await using data = await TemporaryDirectory.make();
    await using server = await startOpenRelease({ dataDir: data.path });
    const { page } = await browser.open({ serviceWorkers: "block" });
    await page.goto(server.url.href);
    await register(page, "ann_lee");
    const [cookie] = await page.context().cookies();
    assert.ok(cookie !== undefined);
    await server.kill();
    await page.getByTestId("settings").click();
    await page.getByTestId("sign-out").click();
    await page.getByTestId("submit").waitFor();
    await using back = await startOpenRelease({ dataDir: data.path, args: ["--port", server.url.port] });
    const me = new URL("/api/v1/user/me", back.url);
    const headers = { origin: back.url.origin, cookie: `${cookie.name}=${cookie.value}` };
    assert.equal(await statusOf(me, headers), 200);
    const ended = page.waitForResponse("**/api/v1/auth/logout");
    await page.reload();
    assert.equal((await ended).status(), 200);
    assert.equal(await statusOf(me, headers), 401);
  },
);

async function statusOf(url: URL, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { headers });
  await response.body?.cancel();
  return response.status;
}
