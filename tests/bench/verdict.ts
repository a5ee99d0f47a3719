/**
 * What the table says in words: what got slower, what broke its bound, and whom other work kept from the core.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import type { Results, Row } from "./measure.ts";
import { median, valuesOf } from "./median.ts";

/** How much worse a median may be before it is told. */
const TOLERATED = 0.1;
/** A saturated server had its core when it used so much of it. */
const WHOLE_CORE = 0.9;

/** Rows in which ours is worse than `old` by more than a tenth, each as a sentence; ranges that overlap are named. */
export function worseThan(
  all: readonly Results[],
  { ours, old }: { readonly ours: Contender; readonly old: Contender },
): readonly string[] {
  return eachRow(all).flatMap(({ measure, samples, row }) => {
    const [mine, theirs] = [valuesOf(row, samples.get(ours)), valuesOf(row, samples.get(old))];
    const factor = row.better === "more" ? median(theirs) / median(mine) : median(mine) / median(theirs);
    if (row.better === undefined || !(factor > 1 + TOLERATED)) return [];
    const isApart = row.better === "more"
      ? Math.max(...mine) < Math.min(...theirs)
      : Math.min(...mine) > Math.max(...theirs);
    const doubt = isApart ? "" : ", but the ranges overlap";
    return [`${measure.name}, ${row.text}: ${percent(factor)} % worse than ${old.name}${doubt}`];
  });
}

/** Rows in which ours is above what it may be, each as a sentence. */
export function beyondBound(all: readonly Results[], ours: Contender): readonly string[] {
  return eachRow(all).flatMap(({ measure, samples, row }) => {
    const middle = median(valuesOf(row, samples.get(ours)));
    if (row.most === undefined || !(middle > row.most)) return [];
    return [`${measure.name}, ${row.text}: ${middle.toFixed(row.digits)} is above ${row.most}`];
  });
}

/** How ours on databases stands beside ours without, in rows that have a share to reach, each as a sentence. */
export function onDatabases(all: readonly Results[], ours: Contender): readonly string[] {
  return eachRow(all).flatMap(({ measure, samples, row }) => {
    const least = row.share;
    if (least === undefined) return [];
    const whole = median(valuesOf(row, samples.get(ours)));
    return [...samples].filter(([one]) => hasDatabase(one) && !one.isOlder).map(([one, runs]) => {
      const share = median(valuesOf(row, runs)) / whole;
      const judged = one.storage !== "mysql"
        ? ""
        : share < least
        ? `, below ${least}`
        : `, at least ${least}`;
      return `${measure.name}, ${row.text}: ${one.name} ${share.toFixed(2)} of SQLite${judged}`;
    });
  });
}

/**
 * Who had less than its core where the measure takes all of it: such a run says nothing about anybody. Who has a
 * database may just have waited for it.
 */
export function starved(all: readonly Results[]): readonly string[] {
  return all.filter(({ measure }) => measure.saturates).flatMap(({ measure, samples }) =>
    [...samples].filter(([one]) => !hasDatabase(one)).filter(([, runs]) =>
      median(runs.flatMap((run) => run["server_cpu"] ?? [])) < WHOLE_CORE
    )
      .map(([{ name }]) => `${measure.name}: other work took part of the core of ${name}`)
  );
}

function hasDatabase({ storage }: Contender): boolean {
  return storage !== "embedded" && storage !== "none";
}

function eachRow(all: readonly Results[]): readonly (Results & { readonly row: Row })[] {
  return all.flatMap((results) => results.measure.rows.map((row) => ({ ...results, row })));
}

function percent(factor: number): string {
  return ((factor - 1) * 100).toFixed(0);
}
