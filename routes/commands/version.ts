/**
 * `version`: what runs here.
 *
 * @module
 */
import type { Command } from "commander";
import type { CommandTools } from "./tools.ts";

/** What tells one program from another. */
export interface VersionFacts {
  readonly version: string;
  /** Of the wire. */
  readonly protocol: number;
  /** The newest migration that the program knows. */
  readonly schema: string;
  /** Such as `deno 2.9.6`. */
  readonly runtime: string;
}

/** Adds it. */
export function addVersion(program: Command, tools: CommandTools, facts: VersionFacts): void {
  tools.withJson(
    program.command("version")
      .summary("Print the version")
      .description("Prints the version; with --json also those of protocol, schema and runtime.")
      .addHelpText("after", "\nExamples:\n  go-chat version\n  go-chat version --json"),
  ).action((_options, command: Command) => {
    tools.report(command).result(facts, `go-chat ${facts.version}`);
  });
}
