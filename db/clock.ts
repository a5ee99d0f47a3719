/**
 * Time as a parameter: everything that asks for the time or waits takes a {@link Clock}.
 *
 * @module
 */

/** A wait that can be given up. Cancelling twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where the time comes from, and who wakes us. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `run` once, not before `ms` milliseconds have passed. */
  after(ms: number, run: () => void): Timer;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run): Timer {
    const handle = setTimeout(run, ms);
    return { cancel: () => clearTimeout(handle) };
  },
};
