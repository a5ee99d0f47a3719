/**
 * What a process has of the world outside, which ends with it: a dead one is not woken, asks nothing and hears of no
 * answer, though what it had asked for may still be done.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";
import { seenThrough } from "./instead.ts";

/** Whether a process is there. */
export class Life {
  readonly #end = Promise.withResolvers<null>();
  #isOver = false;

  /** Whether it was ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it is ended. */
  get over(): Promise<null> {
    return this.#end.promise;
  }

  /** Ends it. */
  end(): void {
    this.#isOver = true;
    this.#end.resolve(null);
  }
}

/** A clock that stops with its process. */
export class MortalClock implements Clock {
  readonly #clock: Clock;
  readonly #life: Life;

  constructor(clock: Clock, life: Life) {
    this.#clock = clock;
    this.#life = life;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, run: () => void): Timer {
    return this.#clock.after(ms, () => {
      if (!this.#life.isOver) run();
    });
  }
}

/** A store as a process sees it: every answer that would come after its end never comes. */
export function mortalStore<S extends object>(store: S, life: Life): S {
  return seenThrough(
    store,
    (part) => isPart(part) ? seenThrough(part, (member) => untilTheEnd(member, life)) : part,
  );
}

function isPart(part: unknown): part is object {
  return typeof part === "object" && part !== null;
}

function untilTheEnd(member: unknown, life: Life): unknown {
  if (typeof member !== "function") return member;
  return (...args: unknown[]): unknown => {
    if (life.isOver) return never();
    const answer: unknown = Reflect.apply(member, null, args);
    return answer instanceof Promise ? whileAlive(answer, life) : answer;
  };
}

async function whileAlive(answer: Promise<unknown>, life: Life): Promise<unknown> {
  try {
    return await answer;
  } finally {
    if (life.isOver) await never();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
