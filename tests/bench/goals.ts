/**
 * What ours is to reach: by itself, and beside others in the same run.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import type { Goal, Results, Row } from "./measure.ts";
import { middleOf } from "./median.ts";

/** How a figure stands to its goal. */
export type Standing = "aim met" | "floor met" | "floor missed";

/** How a figure stands to a goal of a row in which this is better. */
export function standing(figure: number, { floor, aim }: Goal, better: Row["better"]): Standing {
  const reaches = (goal: number): boolean => better === "less" ? figure <= goal : figure >= goal;
  return reaches(aim) ? "aim met" : reaches(floor) ? "floor met" : "floor missed";
}

/** The goals of a row in words; empty: it has none. */
export function goalsInWords({ goal, goalsBeside = {} }: Row): string {
  const own = goal === undefined ? [] : [`floor ${goal.floor}, aim ${goal.aim}`];
  const beside = Object.entries(goalsBeside).map(([name, { floor, aim }]) =>
    `floor ${floor}, aim ${aim} of ${name}`
  );
  return [...own, ...beside].join("; ");
}

/** A goal, and what was measured. */
interface Judgement {
  readonly figure: number;
  readonly goal: Goal;
  readonly text: string;
}

/** Each goal with what was reached, as a sentence; what misses its floor begins with `!!`. */
export function reached(all: readonly Results[], contenders: readonly Contender[]): readonly string[] {
  return all.flatMap((results) =>
    results.measure.rows.flatMap((row) =>
      [...own(results, row, contenders), ...beside(results, row, contenders)]
        .filter(({ figure }) => Number.isFinite(figure))
        .map(({ figure, goal, text }) => {
          const stands = standing(figure, goal, row.better);
          const mark = stands === "floor missed" ? "!! " : "";
          const { floor, aim } = goal;
          return `${mark}${results.measure.name}, ${row.text}: ${text}; ${stands} (floor ${floor}, aim ${aim})`;
        })
    )
  );
}

/** Ours alone: a database takes its time. */
function own({ samples }: Results, row: Row, [ours]: readonly Contender[]): readonly Judgement[] {
  if (row.goal === undefined || ours === undefined) return [];
  const figure = middleOf(row, samples.get(ours));
  return [{ figure, goal: row.goal, text: figure.toFixed(row.digits) }];
}

/** Ours on whatever it stores in, beside each that the row names. */
function beside({ samples }: Results, row: Row, contenders: readonly Contender[]): readonly Judgement[] {
  return Object.entries(row.goalsBeside ?? {}).flatMap(([name, goal]) => {
    const other = contenders.find((one) => one.name === name);
    if (other === undefined) return [];
    return contenders.filter((one) => isComparable(one, other)).map((one) => {
      const figure = middleOf(row, samples.get(one)) / middleOf(row, samples.get(other));
      return { figure, goal, text: `${one.name} ${figure.toFixed(2)} of ${name}` };
    });
  });
}

/** FerretDB stands in for another program; who stores in something else says nothing of a server database. */
function isComparable({ kind, isOlder, storage }: Contender, other: Contender): boolean {
  if (kind !== "program" || isOlder || storage === "mongodb") return false;
  return other.storage === "none" || other.storage === storage;
}
