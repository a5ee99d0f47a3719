/**
 * One at a time.
 *
 * @module
 */

/** Runs what it is given one after the other; a failure reaches its caller only. */
export type Serial = <T>(run: () => Promise<T>) => Promise<T>;

/** A new line of its own. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = last.then(run, run);
    last = result.catch(() => {});
    return result;
  };
}
