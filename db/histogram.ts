/**
 * How often something was how big: a few numbers to count, cheap enough for every commit.
 *
 * @module
 */

/** Counts values by size, as Prometheus reads it. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds The upper bounds of its buckets, rising; one without a bound comes after them. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Notes one value. */
  note(value: number): void {
    let at = 0;
    for (const bound of this.#bounds) {
      if (value <= bound) break;
      at++;
    }
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** Its series under a name: the cumulative buckets, the sum and the count. */
  figures(name: string): ReadonlyMap<string, number> {
    const figures = new Map<string, number>();
    let count = 0;
    for (const [at, one] of this.#counts.entries()) {
      count += one;
      figures.set(`${name}_bucket{le="${this.#bounds[at] ?? "+Inf"}"}`, count);
    }
    figures.set(`${name}_sum`, this.#sum);
    figures.set(`${name}_count`, count);
    return figures;
  }
}

/** Seconds from a tenth of a millisecond up to a few seconds. */
export const SECONDS: readonly number[] = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
];

/** Writes of one commit. */
export const BATCH: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500];
