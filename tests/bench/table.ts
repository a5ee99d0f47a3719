/**
 * Samples of both servers as one table: medians, extremes and ratios.
 *
 * @module
 */
import type { Measure, Row, Sample } from "./measures.ts";

/** All runs of one measure, in the order they were made. */
export interface Results {
  readonly measure: Measure;
  readonly ours: readonly Sample[];
  readonly relay: readonly Sample[];
}

/** The middle value; of two middle values the lower. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

/** The results as a Markdown table. A ratio is ours / relay, of the medians of interleaved runs. */
export function toTable(all: readonly Results[]): string {
  const lines = ["| | Go Chat | relay | ratio |", "|---|---:|---:|---:|"];
  for (const results of all) {
    lines.push(`| **${results.measure.title}** | | | |`);
    for (const row of results.measure.rows) lines.push(toLine(row, results));
  }
  return lines.join("\n");
}

function toLine(row: Row, results: Results): string {
  const [ours, relay] = [valuesOf(row, results.ours), valuesOf(row, results.relay)];
  const ratio = median(ours) / median(relay);
  const cells = [
    row.text,
    toCell(row, ours),
    toCell(row, relay),
    Number.isFinite(ratio) ? ratio.toFixed(2) : "",
  ];
  return `| ${cells.join(" | ")} |`;
}

function valuesOf(row: Row, samples: readonly Sample[]): number[] {
  return samples.flatMap((sample) => sample[row.key] ?? []);
}

function toCell(row: Row, values: readonly number[]): string {
  if (values.length === 0) return "";
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(row.digits));
  return `${middle} (${least}–${most})`;
}
