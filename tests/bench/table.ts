/**
 * Samples of all contenders as one table: medians, extremes and ratios.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import type { Results, Row, Sample } from "./measure.ts";

/** The middle value; of two middle values the lower. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

/** The figures of a row, in the order of the runs. */
export function valuesOf(row: Row, samples: readonly Sample[] = []): readonly number[] {
  return samples.flatMap((sample) => sample[row.key] ?? []);
}

/**
 * The results as a Markdown table: ours, then each other with the ratio ours / other, of the medians of interleaved
 * runs.
 */
export function toTable(all: readonly Results[], [ours, ...others]: readonly Contender[]): string {
  const heads = ["", ours?.name ?? "", ...others.flatMap(({ name }) => [name, `ours / ${name}`])];
  const lines = [toRow(heads), toRow(heads.map((_, at) => at === 0 ? "---" : "---:"))];
  for (const { measure, samples } of all) {
    lines.push(toRow([`**${measure.title}**`, ...heads.slice(1).map(() => "")]));
    for (const row of measure.rows) {
      // Nobody has it: nobody who was measured has a database.
      if ([...samples.values()].every((runs) => valuesOf(row, runs).length === 0)) continue;
      const mine = valuesOf(row, ours && samples.get(ours));
      const beside = others.flatMap((other) => {
        const theirs = valuesOf(row, samples.get(other));
        return [toCell(row, theirs), toRatio(median(mine) / median(theirs))];
      });
      lines.push(toRow([row.text, toCell(row, mine), ...beside]));
    }
  }
  return lines.join("\n");
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function toRatio(ratio: number): string {
  return Number.isFinite(ratio) ? ratio.toFixed(2) : "";
}

function toCell(row: Row, values: readonly number[]): string {
  if (values.length === 0) return "";
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(row.digits));
  return `${middle} (${least}–${most})`;
}
