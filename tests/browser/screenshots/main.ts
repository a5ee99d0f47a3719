/**
 * `deno task screenshots`: pictures of the page. Those of the README go to `docs/screenshots/`; with `--all`, every view
 * in both sizes, both appearances and both languages goes to `.setup/screenshots/`, to be looked at.
 *
 * @module
 */
import { launchChromium, type TestBrowser } from "../../support/browser.ts";
import { startOpenRelease } from "../../support/page_people.ts";
import { fromFileUrl, ROOT } from "../../support/paths.ts";
import { say } from "../../support/say.ts";
import { setScene } from "./scene.ts";
import { VIEWS } from "./views.ts";

interface Look {
  readonly width: 1280 | 390;
  readonly theme: "light" | "dark";
  readonly language: "en" | "zh";
}

const HEIGHTS = { 1280: 800, 390: 844 };
const LOOKS: readonly Look[] = ([1280, 390] as const).flatMap((width) =>
  (["light", "dark"] as const).flatMap((theme) =>
    (["en", "zh"] as const).map((language) => ({ width, theme, language }))
  )
);
/** What the README shows. */
const SHOWN = new Set([
  "sign-in-1280-light-en",
  "thread-1280-light-en",
  "thread-1280-dark-zh",
  "list-390-light-en",
  "thread-390-dark-en",
  "settings-390-light-zh",
  "offline-1280-light-en",
]);

const isAll = Deno.args.includes("--all");
const folder = fromFileUrl(new URL(isAll ? ".setup/screenshots" : "docs/screenshots", ROOT));

/** Takes the pictures of one look, on a server of its own. */
async function picture(browser: TestBrowser, { width, theme, language }: Look): Promise<void> {
  const wanted = VIEWS.map(({ name }) => `${name}-${width}-${theme}-${language}`);
  if (!isAll && !wanted.some((name) => SHOWN.has(name))) return;
  await using server = await startOpenRelease();
  await using _scene = await setScene(server.url);
  const { page } = await browser.open({
    locale: language === "zh" ? "zh-CN" : "en-GB",
    colorScheme: theme,
    viewport: { width, height: HEIGHTS[width] },
    reducedMotion: "reduce",
  });
  for (const [at, view] of VIEWS.entries()) {
    await view.show({ page, server, isPhone: width < 700 });
    const name = wanted[at] ?? view.name;
    if (!isAll && !SHOWN.has(name)) continue;
    await page.screenshot({ path: `${folder}/${name}.png` });
    say(name);
  }
}

await Deno.mkdir(folder, { recursive: true });
await using browser = await launchChromium();
for (const look of LOOKS) await picture(browser, look);
