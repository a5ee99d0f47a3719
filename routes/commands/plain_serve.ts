/**
 * Serving, read from the arguments by the platform alone: the other commands and what reads them need not be loaded,
 * and the server listens so much sooner.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { GivenFlags } from "../server/given_settings.ts";
import { asGiven, SETTING_FLAGS } from "./setting_flags.ts";

const OPTIONS = Object.fromEntries(
  Object.entries(SETTING_FLAGS).map(([name, { value }]) =>
    [name, { type: value === null ? "boolean" : "string" }] as const
  ),
);

/** What `serve`, or no command, was given; null: something else is asked for, or what is wrong is told elsewhere. */
export function plainServe(args: readonly string[]): GivenFlags | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
      strict: true,
    });
    const [command = "serve", ...more] = positionals;
    return command === "serve" && more.length === 0 ? asGiven(values) : null;
  } catch {
    return null;
  }
}
