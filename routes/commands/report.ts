/**
 * What a command says: what came of it on standard output, how far it is on standard error.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";

/** Between two words on how far it is, in ms: on a terminal, and where each is a line of its own. */
const BAR_MS = 100;
const LINE_MS = 1_000;
const BAR_CELLS = 24;

/** Where a command tells what. */
export interface Report {
  /** What came of it, once: for people, or as the one JSON document that `--json` asks for. */
  result(json: unknown, human: string): void;
  /** How far it is; of null: nobody knows how much there is. Said now and then, and never with `--json`. */
  progress(what: string, done: number, of: number | null): void;
}

/** What a report writes to. */
export interface ReportOptions {
  readonly json: boolean;
  /** Whether standard error is a terminal. */
  readonly isTerminal: boolean;
  readonly clock: Pick<Clock, "now">;
  readonly writeResult: (text: string) => void;
  readonly writeStatus: (text: string) => void;
}

/** Makes the report of one run of a command. */
export function createReport(options: ReportOptions): Report {
  const { json, isTerminal, clock, writeResult, writeStatus } = options;
  let toldAt = clock.now();
  let isBarShown = false;
  const clear = (): void => {
    if (isBarShown) writeStatus("\r\x1b[K");
    isBarShown = false;
  };
  return {
    result(document, human): void {
      clear();
      writeResult(json ? `${JSON.stringify(document)}\n` : withEnd(human));
    },
    progress(what, done, of): void {
      if (json || clock.now() - toldAt < (isTerminal ? BAR_MS : LINE_MS)) return;
      toldAt = clock.now();
      const count = `${what}: ${done}${of === null ? "" : ` of ${of}`}`;
      writeStatus(isTerminal ? `\r\x1b[K${bar(done, of)}${count}` : `${count}\n`);
      isBarShown = isTerminal;
    },
  };
}

function bar(done: number, of: number | null): string {
  if (of === null || of <= 0) return "";
  const full = Math.round(Math.min(1, done / of) * BAR_CELLS);
  return `[${"#".repeat(full)}${"-".repeat(BAR_CELLS - full)}] `;
}

function withEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
