/**
 * Waits for facts outside this process, which can only be asked for.
 *
 * @module
 */

/** Asks again and again until the answer is true; rejects with what was awaited after `ms`. */
export async function until(
  what: string,
  test: () => boolean | Promise<boolean>,
  ms: number = 10_000,
): Promise<void> {
  const end = Date.now() + ms;
  while (!await test()) {
    if (Date.now() >= end) throw new Error(`${what} did not come true within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
