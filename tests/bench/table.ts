/**
 * Samples of all contenders as one table: medians, extremes and ratios.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import { goalsInWords, standing } from "./goals.ts";
import type { Results, Row } from "./measure.ts";
import { median, valuesOf } from "./median.ts";

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
        return [toCell(row, theirs), toRatio(row, other, median(mine) / median(theirs))];
      });
      lines.push(toRow([toHead(row), toOwn(row, mine), ...beside]));
    }
  }
  return lines.join("\n");
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function toHead(row: Row): string {
  const goals = goalsInWords(row);
  return goals === "" ? row.text : `${row.text} (${goals})`;
}

function toOwn(row: Row, values: readonly number[]): string {
  const cell = toCell(row, values);
  if (row.goal === undefined || values.length === 0) return cell;
  return `${cell}, ${standing(median(values), row.goal, row.better)}`;
}

function toRatio({ goalsBeside = {}, better }: Row, { name }: Contender, ratio: number): string {
  if (!Number.isFinite(ratio)) return "";
  const goal = goalsBeside[name];
  return goal === undefined ? ratio.toFixed(2) : `${ratio.toFixed(2)}, ${standing(ratio, goal, better)}`;
}

function toCell(row: Row, values: readonly number[]): string {
  if (values.length === 0) return "";
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(row.digits));
  return `${middle} (${least}–${most})`;
}
