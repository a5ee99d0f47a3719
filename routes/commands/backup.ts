/**
 * `backup`: the store as one file, while people chat.
 *
 * @module
 */
import type { Command } from "commander";
import type { GivenFlags } from "../server/given_settings.ts";
import type { Report } from "./report.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";

/** What is to become a backup, or is to be looked at. */
export interface BackupAsked {
  readonly file: string;
  readonly force: boolean;
  readonly json: boolean;
  readonly given: GivenFlags;
}

/** What does it. */
export interface BackupActions {
  readonly backUp: (asked: BackupAsked, report: Report) => Promise<void>;
  readonly verify: (asked: BackupAsked, report: Report) => Promise<void>;
}

/** Adds it. */
export function addBackup(program: Command, tools: CommandTools, { backUp, verify }: BackupActions): void {
  tools.withJson(
    program.command("backup")
      .summary("Write everything into one file, while people chat")
      .description(
        "Writes accounts, invites, conversations and messages into one compressed file with a checksum, while the " +
          "server runs or not. Everything acknowledged before is in it; sessions are not, people sign in again. " +
          "Whoever has the file can read all of it.",
      )
      .argument("<file>", "where to; - is standard output")
      .option("--force", "replace a file that is there")
      .option("--verify", "read the file to its end instead, and say what is in it")
      .addHelpText(
        "after",
        "\nExamples:\n  go-chat backup chat.backup\n  go-chat backup - | ssh other 'cat > chat.backup'\n  " +
          "go-chat backup --verify chat.backup",
      ),
  ).action(
    async (
      file: string,
      options: { readonly force?: boolean; readonly verify?: boolean; readonly json?: boolean },
      command: Command,
    ) => {
      const asked = {
        file,
        force: options.force === true,
        json: options.json === true,
        given: givenFlags(command),
      };
      await (options.verify === true ? verify : backUp)(asked, tools.report(command));
    },
  );
}
