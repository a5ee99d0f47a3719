/**
 * Scrolling up through a long conversation, as a wheel does.
 *
 * @module
 */
import type { Page } from "playwright-core";
import { z } from "zod";

/** What scrolling took. */
export interface Scrolling {
  /** How long frames took, in ms, sorted. */
  readonly frames: readonly number[];
  /** Tasks over 50 ms, as the browser tells them, in ms, the longest first. */
  readonly longTasks: readonly number[];
  readonly mostElements: number;
}

/** Of one turn of the wheel, px. */
const TURN = 700;

const Measured = z.object({ frames: z.array(z.number()), longTasks: z.array(z.number()) });

/** Turns the wheel over the open thread until the message with this seq is in the page. */
export async function measureScrolling(page: Page, upTo: number): Promise<Scrolling> {
  await page.getByRole("log").hover();
  await page.evaluate(`{
    const measured = window.measured = { frames: [], longTasks: [] };
    new PerformanceObserver((list) => {
      measured.longTasks.push(...list.getEntries().map((entry) => entry.duration));
    }).observe({ entryTypes: ["longtask"] });
    let before = performance.now();
    const frame = () => {
      const now = performance.now();
      measured.frames.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }`);
  let mostElements = 0;
  for (let seq = Infinity; seq > upTo;) {
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, -TURN);
    seq = Number(await page.getByTestId("message").first().getAttribute("data-seq"));
    mostElements = Math.max(mostElements, await page.locator("*").count());
  }
  const { frames, longTasks } = Measured.parse(await page.evaluate("window.measured"));
  return {
    frames: frames.toSorted((one, other) => one - other),
    longTasks: longTasks.toSorted((one, other) => other - one),
    mostElements,
  };
}
