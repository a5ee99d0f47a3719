/**
 * The middle of several runs.
 *
 * @module
 */
import type { Row, Sample } from "./measure.ts";

/** The middle value; of two middle values the lower. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

/** The figures of a row, in the order of the runs. */
export function valuesOf({ key }: Pick<Row, "key">, samples: readonly Sample[] = []): readonly number[] {
  return samples.flatMap((sample) => sample[key] ?? []);
}

/** The median of the figures of a row; NaN when there are none. */
export function middleOf(row: Pick<Row, "key">, samples?: readonly Sample[]): number {
  return median(valuesOf(row, samples));
}
