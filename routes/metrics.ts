/**
 * Counting requests, and writing figures in the Prometheus text format.
 *
 * @module
 */

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

  /** The tallies as Prometheus text. */
  toString(): string {
    const lines = ["# TYPE chat_http_requests_total counter"];
    for (const [key, { count }] of this.#tallies) lines.push(`chat_http_requests_total{${key}} ${count}`);
    lines.push("# TYPE chat_http_request_seconds_total counter");
    for (const [key, { seconds }] of this.#tallies) {
      lines.push(`chat_http_request_seconds_total{${key}} ${seconds.toFixed(6)}`);
    }
    return `${lines.join("\n")}\n`;
  }
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

/** Figures as Prometheus text. A name may carry labels: `closes_total{code="4400"}`. */
export function prometheusText(figures: Figures): string {
  const lines: string[] = [];
  const typed = new Set<string>();
  for (const [name, value] of figures) {
    const [family = name] = name.split("{", 1);
    if (!typed.has(family)) {
      typed.add(family);
      lines.push(`# TYPE chat_${family} ${family.endsWith("_total") ? "counter" : "gauge"}`);
    }
    lines.push(`chat_${name} ${Number.isFinite(value) ? value : "NaN"}`);
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
