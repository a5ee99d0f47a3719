/**
 * A store whose answers take some turns of the event loop, as those of a store over the network do: what is written
 * is written at once, and whoever asked hears of it later.
 *
 * @module
 */
import { seenThrough } from "../support/instead.ts";

/** How many turns the answers take, one after the other and from the beginning again; none: no turn. */
export class Delays {
  readonly #turns: readonly number[];
  #next = 0;
  #asked = 0;
  #open = 0;
  #sleeping = 0;

  constructor(turns: readonly number[]) {
    this.#turns = turns;
  }

  /** How much was asked so far: while it rises, something moves. */
  get asked(): number {
    return this.#asked;
  }

  /** How many questions are not answered yet. */
  get open(): number {
    return this.#open;
  }

  /** How many answers are on their way. */
  get sleeping(): number {
    return this.#sleeping;
  }

  /** The same answer, later. */
  async after(answer: Promise<unknown>): Promise<unknown> {
    this.#asked++;
    this.#open++;
    const turns = this.#turns[this.#next++ % this.#turns.length] ?? 0;
    try {
      return await answer;
    } finally {
      await this.#sleep(turns);
      this.#open--;
    }
  }

  async #sleep(turns: number): Promise<void> {
    this.#sleeping++;
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    this.#sleeping--;
  }
}

/** The store with its answers delayed. */
export function slowStore<S extends object>(store: S, delays: Delays): S {
  const later = (member: unknown): unknown => delayed(member, delays);
  return seenThrough(
    store,
    (part) => typeof part === "object" && part !== null ? seenThrough(part, later) : part,
  );
}

function delayed(member: unknown, delays: Delays): unknown {
  if (typeof member !== "function") return member;
  return (...args: unknown[]): unknown => {
    const answer: unknown = Reflect.apply(member, null, args);
    return answer instanceof Promise ? delays.after(answer) : answer;
  };
}
