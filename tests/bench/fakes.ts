/**
 * Contenders that nobody starts, for tests of what is made of figures.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";

/** One of this name: ours as it is here, but for what is given. */
export function contender(name: string, given: Partial<Contender> = {}): Contender {
  return {
    name,
    storage: "embedded",
    kind: "program",
    isOlder: false,
    promise: "",
    start: () => Promise.reject(new Error("nobody starts it")),
    ...given,
  };
}
