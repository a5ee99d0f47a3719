/**
 * Counting requests, and writing figures in the Prometheus text format.
 *
 * @module
 */
import { FAMILIES, familyOf } from "./metric_families.ts";

/** Figures by name without prefix; a name that ends in `_total` only ever grows. */
export type Figures = ReadonlyMap<string, number>;

interface Tally {
  count: number;
  seconds: number;
}

/** Counts what was asked and answered, by pattern and never by path: the number of series is bounded. */
export class RequestTally {
  readonly #tallies = new Map<string, Tally>();

  /** Notes one answer. */
  note(
    labels: { readonly method: string; readonly route: string; readonly status: number },
    ms: number,
  ): void {
    const { method, route, status } = labels;
    const key = `method="${
      KNOWN_METHODS.has(method) ? method : "other"
    }",route="${route}",status="${status}"`;
    const tally = this.#tallies.get(key) ?? { count: 0, seconds: 0 };
    tally.count++;
    tally.seconds += ms / 1_000;
    this.#tallies.set(key, tally);
  }

  /** The tallies, each family in one piece. */
  figures(): Figures {
    const figures = new Map<string, number>();
    for (const [key, { count }] of this.#tallies) figures.set(`http_requests_total{${key}}`, count);
    for (const [key, { seconds }] of this.#tallies) {
      figures.set(`http_request_seconds_total{${key}}`, Math.round(seconds * 1e6) / 1e6);
    }
    return figures;
  }
}

/** Figures of several isolates as those of one: each is the sum, or the most where a sum says nothing. */
export function sumOf(all: readonly Figures[]): Figures {
  const joined = new Map<string, number>();
  for (const figures of all) {
    for (const [name, value] of figures) {
      const before = joined.get(name);
      if (before === undefined) joined.set(name, value);
      else if (FAMILIES[familyOf(name)]?.joined === "max") joined.set(name, Math.max(before, value));
      else joined.set(name, before + value);
    }
  }
  return joined;
}

const KNOWN_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/** Figures as Prometheus text, each family in one piece. A name may carry labels: `closes_total{code="4400"}`. */
export function prometheusText(figures: Figures): string {
  const families = new Map<string, string[]>();
  for (const [name, value] of figures) {
    const family = familyOf(name);
    const lines = families.get(family) ?? headOf(family);
    lines.push(`chat_${name} ${Number.isFinite(value) ? value : "NaN"}`);
    families.set(family, lines);
  }
  return [...families.values()].flat().map((line) => `${line}\n`).join("");
}

function headOf(family: string): string[] {
  const known = FAMILIES[family];
  if (known === undefined) return [];
  return [`# HELP chat_${family} ${known.help}`, `# TYPE chat_${family} ${known.type}`];
}

/** Counts what was refused over HTTP, by word. */
export class ErrorTally {
  readonly #counts = new Map<string, number>();

  /** Notes one refusal. */
  note(error: string): void {
    this.#counts.set(error, (this.#counts.get(error) ?? 0) + 1);
  }

  /** The tallies. */
  figures(): Figures {
    return new Map(
      [...this.#counts].map(([error, count]) => [`errors_total{where="http",error="${error}"}`, count]),
    );
  }
}
