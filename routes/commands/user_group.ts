/**
 * `user …`: what is done about one account.
 *
 * @module
 */
import type { Command } from "commander";

/** The command that those about accounts belong to. */
export function userCommand(program: Command): Command {
  return program.commands.find((one) => one.name() === "user") ??
    program.command("user").summary("Accounts").description("What is done about one account.");
}
