/**
 * `serve`, which is also what the program does without a command.
 *
 * @module
 */
import type { Command } from "commander";
import type { GivenFlags } from "../server/given_settings.ts";
import { givenFlags } from "./setting_flags.ts";

/** Adds it. `serve` resolves when the program listens. */
export function addServe(program: Command, serve: (given: GivenFlags) => Promise<void>): void {
  program.action((_options, command: Command) => serve(givenFlags(command)));
  program.command("serve")
    .summary("Serve the chat and its page; the same as no command")
    .description("Serves the chat and its page until SIGTERM or Ctrl-C, which end it gracefully.")
    .addHelpText("after", "\nExamples:\n  go-chat serve --data /var/lib/go-chat --port 8080\n  go-chat --dev")
    .action((_options, command: Command) => serve(givenFlags(command)));
}
