/**
 * `user erase USER` and `user keep USER`.
 *
 * @module
 */
import type { Command } from "commander";
import { SettingsError } from "../server/settings_error.ts";
import { CommandError } from "./command_error.ts";
import type { WithDataRequests } from "./data_requests.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";
import { userCommand } from "./user_group.ts";

/** As long as a person may be given to think about it, in days. */
const MAX_DAYS = 3_650;

/** Asks whoever sits at the terminal, and answers what was typed; null: nobody sits there. */
export type Ask = ((question: string) => string | null) | null;

interface EraseOptions {
  readonly after: string;
  readonly yes?: boolean;
}

/** Adds `user erase`. */
export function addUserErase(program: Command, tools: CommandTools, parts: {
  readonly open: WithDataRequests;
  readonly ask: Ask;
}): void {
  tools.withJson(
    userCommand(program).command("erase")
      .summary("Erase an account, and the text of all it wrote")
      .description(
        "Erases name, e-mail, phone, picture, password, sessions, invites and the text of every message the person " +
          "wrote. Others keep their side, with a mark where a message was. Name and e-mail can be registered again.",
      )
      .argument("<user>", "name, e-mail address or number")
      .option("--after <days>", "so many days from now; `user keep` takes it back until then", "0")
      .option("--yes", "do not ask")
      .addHelpText(
        "after",
        "\nExamples:\n  go-chat user erase ann\n  go-chat user erase ann --after 7 --yes",
      ),
  ).action(async (user: string, options: EraseOptions, command: Command) => {
    const days = daysOf(options.after);
    if (options.yes !== true && parts.ask === null) {
      throw new SettingsError("Cannot erase: nobody can be asked here, allowed: --yes, or a terminal");
    }
    const report = tools.report(command);
    await parts.open(givenFlags(command), async (requests) => {
      const { userId, username } = await requests.find(user);
      const name = `${JSON.stringify(username)} (${userId})`;
      if (options.yes !== true && parts.ask?.(questionOf(name, days)) !== username) {
        throw new CommandError("Nothing was erased: the name was not repeated");
      }
      const { dueAt, messages, conversations } = await requests.erase(
        userId,
        days,
        (done, of) => report.progress("emptying messages", done, of),
      );
      const due = dueAt === null ? null : new Date(dueAt).toISOString();
      report.result(
        { user_id: userId, erase_at: due, messages, conversations },
        due === null
          ? `erased the account ${userId}: ${messages} messages in ${conversations} conversations`
          : `the account ${name} will be erased from ${due} on; user keep takes it back`,
      );
    });
  });
}

/** Adds `user keep`. */
export function addUserKeep(program: Command, tools: CommandTools, open: WithDataRequests): void {
  tools.withJson(
    userCommand(program).command("keep")
      .summary("Keep an account that was to be erased")
      .description("Takes back `user erase --after DAYS`, until its time has come.")
      .argument("<user>", "name, e-mail address or number")
      .addHelpText("after", "\nExample:\n  go-chat user keep ann"),
  ).action(async (user: string, _options: unknown, command: Command) => {
    const report = tools.report(command);
    await open(givenFlags(command), async (requests) => {
      const { userId, username } = await requests.find(user);
      const wasAsked = await requests.keep(userId);
      report.result(
        { user_id: userId, username, was_to_be_erased: wasAsked },
        `${JSON.stringify(username)} (${userId}) is kept${wasAsked ? "" : ", and was not to be erased"}`,
      );
    });
  });
}

function daysOf(text: string): number {
  const days = Number(text);
  if (/^[0-9]+$/.test(text) && days <= MAX_DAYS) return days;
  throw new SettingsError(
    `Cannot erase: --after cannot be ${JSON.stringify(text)}, allowed: 0 to ${MAX_DAYS}`,
  );
}

function questionOf(name: string, days: number): string {
  const when = days === 0 ? "now, which nobody can take back" : `in ${days} days`;
  return `Erases ${name} and the text of all it wrote, ${when}. Type the name to go on:`;
}
