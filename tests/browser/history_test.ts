import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { z } from "zod";
import { browserTest } from "../support/browser.ts";
import { HISTORY_SETTINGS, writeHistory } from "../support/history.ts";
import { startServer } from "../support/server.ts";
import { connect, debugSend, message, sees, texts } from "./pages.ts";

const Climb = z.object({
  seen: z.array(z.tuple([z.number(), z.string()])),
  jumps: z.array(z.string()),
  mostElements: z.number(),
});

/**
 * Scrolls up to the first message, so many pixels a frame. Notes what is seen, whether a line in view ever moves by
 * anything but what was scrolled, and how many elements the page has at most.
 */
async function climb(page: Page, step: number): Promise<z.infer<typeof Climb>> {
  return Climb.parse(
    await page.evaluate(`new Promise((resolve) => {
    const box = document.querySelector('[role="log"]');
    const seen = new Map();
    const jumps = [];
    let mostElements = 0;
    let line = null;
    let expected = 0;
    const frame = () => {
      const messages = [...box.querySelectorAll('[data-testid="message"]')];
      for (const one of messages) {
        seen.set(Number(one.dataset.seq), one.querySelector('[data-testid="message-text"]').textContent);
      }
      mostElements = Math.max(mostElements, document.querySelectorAll("*").length);
      const at = line?.getBoundingClientRect().top ?? 0;
      if (line?.isConnected === false || Math.abs(at - expected) > 1) {
        jumps.push(line.dataset.seq + " is at " + at + " and not at " + expected);
      }
      if (seen.has(1) && box.scrollTop === 0) return resolve({ seen: [...seen], jumps, mostElements });
      const { top } = box.getBoundingClientRect();
      line = messages.find((one) => one.getBoundingClientRect().bottom > top);
      const moved = Math.min(${step}, box.scrollTop);
      expected = line.getBoundingClientRect().top + moved;
      box.scrollTop -= moved;
      requestAnimationFrame(() => requestAnimationFrame(frame));
    };
    frame();
  })`),
  );
}

const line = (at: number): string => `line ${at}`;

browserTest("Scrolling up brings the whole history, and what is read stays in place", async (browser) => {
  await using server = await startServer({ env: HISTORY_SETTINGS });
  await writeHistory(server, { count: 130, textOf: line });
  const { page, complaints } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await sees(page, line(130));
  assert.equal((await texts(page)).length, 50);
  assert.equal(await page.getByTestId("jump-to-newest").count(), 0);
  const { seen, jumps } = await climb(page, 400);
  assert.deepEqual(jumps, []);
  const all = Array.from({ length: 130 }, (_, at) => [at + 1, line(at + 1)]);
  assert.deepEqual(seen.toSorted(([one], [other]) => one - other), all);

  await page.getByTestId("jump-to-newest").waitFor();
  const before = await message(page, line(1)).boundingBox();
  const bob = await browser.open();
  await connect(bob.page, { url: server.url, id: 2, name: "bob" });
  await debugSend(bob.page, { to: 1, text: "while you read" });
  await page.getByTestId("unread").waitFor();
  assert.equal((await message(page, line(1)).boundingBox())?.y, before?.y);
  assert.equal(await page.getByTestId("unread").textContent(), "1");
  assert.equal(await page.getByTestId("jump-to-newest").textContent(), "1");
  await page.getByTestId("jump-to-newest").click();
  await sees(page, "while you read");
  await page.getByTestId("jump-to-newest").waitFor({ state: "detached" });
  await page.getByTestId("unread").waitFor({ state: "detached" });
  assert.deepEqual([...complaints, ...bob.complaints], []);
});

/** Of so many phrases. */
function phrases(at: number, count: number): string {
  return [line(at), ...Array.from({ length: count }, () => "and so on, as people do")].join(" ");
}

/** Of many lengths, one line to some ten. */
function longer(at: number): string {
  return phrases(at, at * 7 % 23);
}

browserTest("Messages of whole pages scroll in without moving what is read", async (browser) => {
  await using server = await startServer({ env: HISTORY_SETTINGS });
  const textOf = (at: number): string => phrases(at, at % 5 === 0 ? 400 : at % 3);
  await writeHistory(server, { count: 120, textOf });
  const { page } = await browser.open();
  await connect(page, { url: server.url, id: 1, name: "ann" });
  await sees(page, textOf(120));
  const { seen, jumps } = await climb(page, 300);
  assert.deepEqual(jumps, []);
  assert.equal(seen.length, 120);
  assert.ok(seen.every(([seq, text]) => text === textOf(seq)));
});

browserTest(
  "Ten thousand messages are scrolled through to the first one: few elements, no jump, none left out",
  async (browser) => {
    const count = 10_000;
    await using server = await startServer({ env: HISTORY_SETTINGS });
    await writeHistory(server, { count, textOf: longer });
    const { page, complaints } = await browser.open();
    await connect(page, { url: server.url, id: 1, name: "ann" });
    await sees(page, longer(count));
    const { seen, jumps, mostElements } = await climb(page, 2_500);
    assert.deepEqual(jumps, []);
    assert.equal(seen.length, count);
    assert.ok(seen.every(([seq, text]) => text === longer(seq)));
    assert.ok(mostElements <= 1_500, `${mostElements} elements`);

    await page.getByRole("log").focus();
    await page.keyboard.press("End");
    await sees(page, longer(count));
    await page.getByTestId("jump-to-newest").waitFor({ state: "detached" });
    await page.keyboard.press("Home");
    await sees(page, longer(1));
    assert.deepEqual(complaints, []);
  },
);
