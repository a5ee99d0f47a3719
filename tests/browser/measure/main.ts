/**
 * `deno task measure:page`: what the page takes, in figures for people to read. Nothing is asserted, as times depend on
 * the machine; the figures that do not are in tests/browser/first_view_test.ts.
 *
 * @module
 */
import { launchChromium, type TestBrowser } from "../../support/browser.ts";
import { HISTORY_SETTINGS, writeHistory } from "../../support/history.ts";
import { startOpenRelease } from "../../support/page_people.ts";
import { say } from "../../support/say.ts";
import { startServer } from "../../support/server.ts";
import { connect, sees } from "../pages.ts";
import { measureDelivery } from "./delivery.ts";
import { type FirstView, measureFirstView, type Throttle } from "./first_view.ts";
import { measureScrolling } from "./scrolling.ts";

const ROUNDS = 7;
const HISTORY = 6_000;
const SCROLLED = 5_000;
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

/** Says how a thread does: how soon a message is on the other screen, and how 5 000 messages scroll. */
async function sayThreads(browser: TestBrowser): Promise<void> {
  const text = (at: number): string => `line ${at} ${"and so on, as people do ".repeat(at * 7 % 23)}`;
  await using server = await startServer({ env: HISTORY_SETTINGS });
  await writeHistory(server, { count: HISTORY, textOf: text });
  const [ann, bob] = [await browser.open(), await browser.open()];
  for (const [at, { page }] of [ann, bob].entries()) {
    await connect(page, { url: server.url, id: at + 1, name: at === 0 ? "ann" : "bob" });
    await sees(page, text(HISTORY).trim());
  }
  const times = await measureDelivery({ from: bob.page, to: ann.page, rounds: ROUNDS * 10 });
  // The first ones warm up what they run through.
  const sorted = times.slice(ROUNDS).toSorted((one, other) => one - other);
  say(
    `Enter to the peer's screen: ${quantile(sorted, 0.5)} ms, 95 of 100 within ${quantile(sorted, 0.95)} ms`,
  );
  const { frames, longTasks, mostElements } = await measureScrolling(ann.page, HISTORY - SCROLLED);
  say(
    `${SCROLLED} messages scrolled up: frames ${quantile(frames, 0.5)} ms, 95 of 100 within ${
      quantile(frames, 0.95)
    } ms, longest task ${Math.round(longTasks[0] ?? 0)} ms, at most ${mostElements} elements`,
  );
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
await sayThreads(browser);

function quantile(sorted: readonly number[], part: number): number {
  return Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} KB`;
}
