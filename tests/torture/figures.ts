/**
 * What a process has of memory and descriptors over time, and how steeply that rises.
 *
 * @module
 */
import { openDescriptors } from "../support/descriptors.ts";
import { Memory } from "../support/memory.ts";

/** A look at a process. */
export interface Sample {
  /** Since the watch began. */
  readonly seconds: number;
  readonly mebibytes: number;
  readonly descriptors: number;
}

/** Looks at a process again and again. Linux only. */
export class Watch {
  readonly pid: number;
  readonly #everyMs: number;
  readonly #onSample: (sample: Sample) => void;
  readonly #samples: Sample[] = [];
  readonly #stopped = Promise.withResolvers<void>();
  readonly #running: Promise<void>;

  /** Begins at once; the first look is at 0 seconds. */
  constructor(pid: number, everyMs: number, onSample: (sample: Sample) => void = () => {}) {
    this.pid = pid;
    this.#everyMs = everyMs;
    this.#onSample = onSample;
    this.#running = this.#run();
    // Whoever stops it hears of a process that has ended meanwhile.
    this.#running.catch(() => {});
  }

  /** Ends it and answers what was seen; rejects when the process was gone. */
  async stop(): Promise<readonly Sample[]> {
    this.#stopped.resolve();
    await this.#running;
    return this.#samples;
  }

  async #run(): Promise<void> {
    const begun = performance.now();
    const memory = await Memory.of(this.pid);
    let isStopped = false;
    void this.#stopped.promise.then(() => isStopped = true);
    while (!isStopped) {
      const seconds = (performance.now() - begun) / 1_000;
      const [mebibytes, descriptors] = [await memory.now(), await openDescriptors(this.pid)];
      const sample = { seconds, mebibytes, descriptors };
      this.#samples.push(sample);
      this.#onSample(sample);
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#everyMs);
    await Promise.race([promise, this.#stopped.promise]);
    clearTimeout(timer);
  }
}

/** The slope of memory over time by least squares, in MiB an hour; NaN for fewer than two samples. */
export function slopePerHour(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [time, memory] = [mean(({ seconds }) => seconds), mean(({ mebibytes }) => mebibytes)];
  const covariance = mean(({ seconds, mebibytes }) => (seconds - time) * (mebibytes - memory));
  return covariance / mean(({ seconds }) => (seconds - time) ** 2) * 3_600;
}

/** A line for people about what was seen. */
export function described(samples: readonly Sample[]): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return "nothing was seen";
  const span = last.seconds - first.seconds;
  return `RSS ${first.mebibytes.toFixed()} -> ${last.mebibytes.toFixed()} MiB in ${span.toFixed()} s ` +
    `(slope ${
      slopePerHour(samples).toFixed(1)
    } MiB/h), descriptors ${first.descriptors} -> ${last.descriptors}`;
}
