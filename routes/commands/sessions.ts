/**
 * `sessions`: where somebody is signed in.
 *
 * @module
 */
import type { Command } from "commander";
import type { OperateAnywhere } from "./operate.ts";
import { givenFlags } from "./setting_flags.ts";
import { table } from "./table.ts";
import type { CommandTools } from "./tools.ts";

const WHO = "its id, username or e-mail address";

/** Adds it with its commands. */
export function addSessions(program: Command, tools: CommandTools, operate: OperateAnywhere): void {
  const sessions = program.command("sessions").summary("See and end sessions")
    .description("Shows where people are signed in, and ends it.")
    .addHelpText("after", "\nExample:\n  go-chat sessions list ann");
  tools.withJson(
    sessions.command("list")
      .summary("List the sessions of an account")
      .description("Lists the sessions of an account, newest use first.")
      .argument("<user>", WHO)
      .addHelpText("after", "\nExample:\n  go-chat sessions list ann"),
  ).action(async (who: string, _options, command: Command) => {
    const listed = await operate(givenFlags(command), "sessions list", { who });
    const rows = listed.sessions.map((one) => [one.id, one.device, one.address, one.last_used_at]);
    tools.report(command).result(
      listed,
      table(["id", "device", "address", "last used"], rows, "no sessions"),
    );
  });
  tools.withJson(
    sessions.command("end")
      .summary("End one session of an account, or all")
      .description("Ends one session of an account, or all; their sockets close at once.")
      .argument("<user>", WHO)
      .argument("[id]", "as sessions list tells it; all without")
      .addHelpText("after", "\nExample:\n  go-chat sessions end ann"),
  ).action(async (who: string, id: string | undefined, _options, command: Command) => {
    const done = await operate(givenFlags(command), "sessions end", { who, id: id ?? null });
    tools.report(command).result(done, `${done.ended} sessions of ${done.user.username} ended`);
  });
}
