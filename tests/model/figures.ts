/**
 * How often things really happened, so that a run in which nothing happens shows.
 *
 * @module
 */

/** Counts by name. */
export class Figures {
  readonly #counts: Map<string, number>;

  constructor(counts: Iterable<readonly [string, number]> = []) {
    this.#counts = new Map(counts);
  }

  /** Counts one, or more. */
  count(name: string, by: number = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  /** How often it was counted. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Adds other counts to these. */
  add(others: Iterable<readonly [string, number]>): void {
    for (const [name, count] of others) this.count(name, count);
  }

  /** All of them, by name. */
  entries(): (readonly [string, number])[] {
    return [...this.#counts].sort(([one], [other]) => one < other ? -1 : 1);
  }

  /** All of them in lines, those of one beginning in one. */
  toString(): string {
    const groups = Map.groupBy(this.entries(), ([name]) => name.split(" ")[0] ?? "");
    return [...groups].map(([group, entries]) => {
      const rest = entries.map(([name, count]) => `${name.slice(group.length).trim()} ${count}`.trim());
      return `  ${group.padEnd(8)} ${rest.join(", ")}`;
    }).join("\n");
  }
}
