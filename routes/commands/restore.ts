/**
 * `restore`: a backup into an empty store.
 *
 * @module
 */
import type { Command } from "commander";
import type { GivenFlags } from "../server/given_settings.ts";
import type { Report } from "./report.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";

/** What is to be restored, and where. */
export interface RestoreAsked {
  readonly file: string;
  readonly given: GivenFlags;
}

/** Adds it. */
export function addRestore(
  program: Command,
  tools: CommandTools,
  restore: (asked: RestoreAsked, report: Report) => Promise<void>,
): void {
  tools.withJson(
    program.command("restore")
      .summary("Bring a backup into an empty store")
      .description(
        "Reads a backup to its end, brings it into an empty store that nobody uses, and compares both. Clients " +
          "drop what they remember and fetch it anew. Interrupted, the same command ends it.",
      )
      .argument(
        "<file>",
        "what backup has written; - is standard input, which is checked while it is restored",
      )
      .addHelpText("after", "\nExample:\n  go-chat restore chat.backup --data /var/lib/go-chat"),
  ).action(async (file: string, _options: unknown, command: Command) => {
    await restore({ file, given: givenFlags(command) }, tools.report(command));
  });
}
