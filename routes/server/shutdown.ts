/**
 * Ending the program: on a signal, in order, and never later than the deadline.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";

/** One thing to bring to an end, and the longest it may take, in ms. */
export interface ShutdownStep {
  readonly name: string;
  readonly withinMs: number;
  readonly run: () => void | PromiseLike<void>;
}

/** The whole end, in ms: within the 10 s after which supervisors kill. */
export const SHUTDOWN_MS = 9_000;
/**
 * The longest each part may take to end, in ms, in the order in which they do. Together less than
 * {@link SHUTDOWN_MS}: the store comes last, and has its whole time even when all before it took theirs.
 */
export const STEP_MS = {
  control: 200,
  sockets: 4_000,
  listener: 1_000,
  sweeper: 300,
  hashPool: 200,
  wires: 1_200,
  store: 2_000,
} as const;
/** The longest that all isolates may take together, in ms: each ends its sockets and its listener. */
export const ISOLATES_MS: number = STEP_MS.sockets + STEP_MS.listener;
/** A terminal, a task runner and a watcher may each pass the same Ctrl-C on; these are one signal. */
export const REPEAT_MS = 300;

const log = getLogger(["chat", "server"]);

/** Runs the steps one after another; one that fails or takes too long does not keep the others from running. */
export async function runShutdown(steps: readonly ShutdownStep[], clock: Clock): Promise<void> {
  for (const step of steps) {
    const late = Promise.withResolvers<"late">();
    const timer = clock.after(step.withinMs, () => late.resolve("late"));
    try {
      const run = Promise.resolve().then(step.run);
      if (await Promise.race([run, late.promise]) === "late") {
        log.warning("Ending {step} took longer than {ms} ms and is left", {
          step: step.name,
          ms: step.withinMs,
        });
      }
    } catch (error) {
      log.error("Ending {step} failed", { step: step.name, error });
    } finally {
      timer.cancel();
    }
  }
}

/** What {@link onSignals} acts on. */
export interface SignalOptions {
  readonly stop: (signal: Deno.Signal) => Promise<void>;
  readonly exit: (code: number) => void;
  readonly clock: Clock;
  readonly listen?: (signal: Deno.Signal, handler: () => void) => void;
}

/** Stops on the first SIGTERM or SIGINT and exits 0; a second one exits at once. */
export function onSignals({ stop, exit, clock, listen = Deno.addSignalListener }: SignalOptions): void {
  let first: number | null = null;
  const handle = (signal: Deno.Signal, number: number): void => {
    if (first !== null) {
      if (clock.now() - first >= REPEAT_MS) exit(128 + number);
      return;
    }
    first = clock.now();
    clock.after(SHUTDOWN_MS, () => exit(0));
    void stop(signal).catch((error: unknown) => log.error("Ending failed", { error })).finally(() => exit(0));
  };
  listen("SIGTERM", () => handle("SIGTERM", 15));
  listen("SIGINT", () => handle("SIGINT", 2));
}
