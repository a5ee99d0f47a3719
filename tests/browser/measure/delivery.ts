/**
 * From the press of Enter to the peer's screen.
 *
 * @module
 */
import type { Page } from "playwright-core";

/** Ends a round that never ends, ms. */
const PATIENCE_MS = 10_000;

/**
 * Sends so many messages from one page to the other, whose threads are open, and answers how long each took: from the
 * key press, as the browser stamps it, to the end of the frame that shows the message there. In ms, as they came.
 */
export async function measureDelivery(
  { from, to, rounds }: { readonly from: Page; readonly to: Page; readonly rounds: number },
): Promise<number[]> {
  await from.evaluate(`document.addEventListener("keydown", (event) => {
    window.pressedAt = performance.timeOrigin + event.timeStamp;
  }, { capture: true })`);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const text = `message ${round} of a measurement`;
    await from.getByTestId("composer").fill(text);
    const shown = to.evaluate<number>(shownAt(text));
    await from.getByTestId("composer").press("Enter");
    const shownTime = await shown;
    times.push(shownTime - await from.evaluate<number>("window.pressedAt"));
  }
  return times;
}

/** Resolves after the frame that shows a message, with the time of it. */
function shownAt(text: string): string {
  return `new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("It never came")), ${PATIENCE_MS});
    const look = () => {
      const [last] = [...document.querySelectorAll('[data-testid="message-text"]')].slice(-1);
      if (last?.textContent !== ${JSON.stringify(text)}) return;
      observer.disconnect();
      clearTimeout(timer);
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      // The page draws in the frame's own callback: the next task comes after that frame.
      channel.port2.postMessage(null);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  })`;
}
