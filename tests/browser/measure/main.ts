/**
 * `deno task measure:page`: what the page takes, in figures for people to read. Nothing is asserted, as times depend on
 * the machine; the figures that do not are in tests/browser/first_view_test.ts.
 *
 * @module
 */
import { launchChromium, type TestBrowser } from "../../support/browser.ts";
import { startOpenRelease } from "../../support/page_people.ts";
import { say } from "../../support/say.ts";
import { type FirstView, measureFirstView, type Throttle } from "./first_view.ts";

const ROUNDS = 7;
const SLOW: Throttle = { cpu: 4, bitsPerSecond: 1_600_000, latencyMs: 150 };

/** First views in contexts of their own, the browser warm. */
async function firstViews(browser: TestBrowser, url: URL, throttle?: Throttle): Promise<FirstView[]> {
  const views: FirstView[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { page } = await browser.open();
    views.push(await measureFirstView(page, url, throttle));
    await page.context().close();
  }
  return views;
}

function timesOf(views: readonly FirstView[]): string {
  const times = views.map(({ usableMs }) => Math.round(usableMs)).toSorted((one, other) => one - other);
  return `${times[Math.floor(times.length / 2)]} ms (${times[0]} to ${times.at(-1)})`;
}

await using server = await startOpenRelease();
await using browser = await launchChromium();
const [first] = await firstViews(browser, server.url);
const fast = await firstViews(browser, server.url);
const slow = await firstViews(browser, server.url, SLOW);
if (first !== undefined) {
  say(`First view: ${first.requests.length} requests, ${kilobytes(first.transferred)} transferred, `);
  say(`  ${kilobytes(first.decoded)} decoded: ${first.requests.join(" ")}`);
}
say(`Field to type into: ${timesOf(fast)}`);
say(`  with ${SLOW.cpu} times less processor, 1.6 Mbit/s and ${SLOW.latencyMs} ms: ${timesOf(slow)}`);

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} KB`;
}
