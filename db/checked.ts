/**
 * What a look at a backend comes to.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** A backend that answered. */
export interface Checked {
  /** `sqlite`, `mysql`, `mongodb` or `redis`. */
  readonly name: string;
  /** How long the answer took, in ms. */
  readonly ms: number;
}

/** Times a check, which rejects as it does. */
export async function timed(clock: Clock, name: string, check: () => Promise<void>): Promise<Checked> {
  const begun = clock.now();
  await check();
  return { name, ms: clock.now() - begun };
}
