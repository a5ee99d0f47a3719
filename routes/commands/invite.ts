/**
 * `invite`: links that let people register.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { lifetime, whole } from "./arguments.ts";
import type { OperateAnywhere } from "./operate.ts";
import { qrCode } from "./qr_code.ts";
import { givenFlags } from "./setting_flags.ts";
import { table } from "./table.ts";
import type { CommandTools } from "./tools.ts";

const WEEK_S = 7 * 86_400;
const YEAR_S = 365 * 86_400;

/** Adds it with its commands. */
export function addInvite(program: Command, tools: CommandTools, operate: OperateAnywhere): void {
  const invite = program.command("invite").summary("Manage invite links").description("Manages invite links.")
    .addHelpText("after", "\nExample:\n  go-chat invite create");
  addCreate(invite, tools, operate);
  tools.withJson(
    invite.command("list")
      .summary("List the links that may still be used")
      .description("Lists the links that may still be used, newest first.")
      .addHelpText("after", "\nExample:\n  go-chat invite list --json"),
  ).action(async (_options, command: Command) => {
    const listed = await operate(givenFlags(command), "invite list", {});
    const rows = listed.invites.map((one) => [
      one.id,
      one.role,
      String(one.uses_left),
      one.expires_at,
      one.link,
    ]);
    const head = ["id", "role", "uses left", "until", "link"];
    tools.report(command).result(listed, table(head, rows, "no invites"));
  });
  tools.withJson(
    invite.command("revoke")
      .summary("End a link")
      .description("Ends a link: nobody registers with it any more.")
      .argument("<id>", "as invite list tells it")
      .addHelpText("after", "\nExample:\n  go-chat invite revoke 5rXo0g8Y2vWk7bQd"),
  ).action(async (id: string, _options, command: Command) => {
    const done = await operate(givenFlags(command), "invite revoke", { id });
    tools.report(command).result(done, `ended ${done.id}`);
  });
}

function addCreate(invite: Command, tools: CommandTools, operate: OperateAnywhere): void {
  tools.withJson(
    invite.command("create")
      .summary("Make a link")
      .description("Makes a link that lets people register, and on a terminal draws it as a QR code.")
      .option("--uses <count>", "how many people", whole(1, 1_000), 1)
      .addOption(
        new Option("--expires <time>", "how long, such as 12h or 7d")
          .argParser(lifetime(60, YEAR_S)).default(WEEK_S, "7d"),
      )
      .addHelpText("after", "\nExample:\n  go-chat invite create --uses 5 --expires 2d"),
  ).action(async (
    { uses, expires }: { readonly uses: number; readonly expires: number },
    command: Command,
  ) => {
    const done = await operate(givenFlags(command), "invite create", { uses, expires_in: expires });
    const code = tools.streams.isResultTerminal ? `${qrCode(done.invite.link)}\n` : "";
    tools.report(command).result(
      done,
      `${code}${done.invite.link}\nfor ${uses} people until ${done.invite.expires_at}`,
    );
  });
}
