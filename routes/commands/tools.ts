/**
 * What every command is made with.
 *
 * @module
 */
import type { Command } from "commander";
import type { Clock } from "../../db/clock.ts";
import { createReport, type Report } from "./report.ts";

/** Where commands write. */
export interface Streams {
  readonly writeResult: (text: string) => void;
  readonly writeStatus: (text: string) => void;
  /** Whether somebody looks at standard output. */
  readonly isResultTerminal: boolean;
  /** Whether somebody looks at standard error. */
  readonly isStatusTerminal: boolean;
}

/** Given to whatever adds a command. */
export interface CommandTools {
  readonly streams: Streams;
  /** Adds `--json`; returns the command. */
  withJson(command: Command): Command;
  /** The report of this run, in the form that `--json` says. */
  report(command: Command): Report;
}

/** Makes them. */
export function createTools(streams: Streams, clock: Pick<Clock, "now">): CommandTools {
  return {
    streams,
    withJson: (command) => command.option("--json", "one JSON document on standard output"),
    report: (command) =>
      createReport({
        json: command.opts<{ readonly json?: boolean }>().json === true,
        isTerminal: streams.isStatusTerminal,
        clock,
        writeResult: streams.writeResult,
        writeStatus: streams.writeStatus,
      }),
  };
}
