import { browserTest } from "../support/browser.ts";
import { PASSWORD, startOpenRelease } from "../support/page_people.ts";
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
