/**
 * Logging: for people on a terminal, one JSON object a line otherwise, always on standard error.
 *
 * @module
 */
import {
  configureSync,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";
import { redactByField } from "@logtape/redaction";
import type { LogLevel } from "./settings.ts";

/** Where log lines go. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Colours and plain words instead of JSON. */
  readonly human: boolean;
  readonly write: (line: string) => void;
}

/** Fields whose values are never logged, whatever logs them. */
const REDACTED: readonly RegExp[] = [
  /pass(word|code|phrase)/i,
  /secret/i,
  /token/i,
  /credential/i,
  /authorization/i,
  /cookie/i,
  /digest/i,
  /invite/i,
  /^content$/i,
  /^body$/i,
];

/** Sends every log record of the program to `write`; a second call replaces the first. */
export function configureLog(options: LogOptions): void {
  const format = options.human ? getAnsiColorFormatter() : getJsonLinesFormatter();
  const sink = redactByField((record: LogRecord) => options.write(visible(format(record))), {
    fieldPatterns: [...REDACTED],
    action: () => "[redacted]",
  });
  resetSync();
  configureSync({
    sinks: { stderr: sink },
    loggers: [
      { category: ["chat"], sinks: ["stderr"], lowestLevel: options.level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
  });
}

/**
 * Control characters of the second kind, breaks that only Unicode knows, and marks that turn the direction of a line:
 * the formatters let them through, and terminals and viewers of logs act on them.
 */
const ACTED_ON = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line with these as escapes, as JSON writes them. */
function visible(line: string): string {
  return line.replace(ACTED_ON, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes to standard error at once; a reader that has gone must not end the program. */
export function writeStandardError(line: string): void {
  writeAll(Deno.stderr, line);
}

/** Writes to standard output at once. */
export function writeStandardOutput(line: string): void {
  writeAll(Deno.stdout, line);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  const bytes = new TextEncoder().encode(line);
  try {
    for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
  } catch {
    // A closed or full pipe: there is nobody to tell.
  }
}
