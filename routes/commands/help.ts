/**
 * `help COMMAND`.
 *
 * @module
 */
import type { Command } from "commander";
import { SettingsError } from "../server/settings_error.ts";

/** Adds it; a command of a command is named by both words: `help user list`. */
export function addHelp(program: Command): void {
  program.command("help")
    .summary("Print how a command is used")
    .description("Prints how a command is used.")
    .argument("[command...]", "such as: user list")
    .addHelpText("after", "\nExample:\n  go-chat help copy")
    .action((words: readonly string[]) => {
      let command = program;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        if (next === undefined) {
          const names = command.commands.map((one) => one.name()).join("|");
          throw new SettingsError(
            `Cannot help: the command ${JSON.stringify(word)} is unknown, allowed: [${names}]`,
          );
        }
        command = next;
      }
      command.outputHelp();
    });
}
