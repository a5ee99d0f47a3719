/**
 * `user`: the accounts.
 *
 * @module
 */
import { Option } from "commander";
import type { Command } from "commander";
import type { Input, ShownUser } from "../control/operations.ts";
import { whole } from "./arguments.ts";
import type { OperateAnywhere } from "./operate.ts";
import { givenFlags } from "./setting_flags.ts";
import { table } from "./table.ts";
import type { CommandTools } from "./tools.ts";
import { userCommand } from "./user_group.ts";

/** What accounts are managed with. */
export interface UserCommandDeps {
  readonly operate: OperateAnywhere;
  /** The first line of standard input. Throws `SettingsError` where there is none. */
  readonly readPassword: () => Promise<string>;
}

const WHO = "its id, username or e-mail address";

/** Adds the commands of `user`. */
export function addUser(program: Command, tools: CommandTools, deps: UserCommandDeps): void {
  const user = userCommand(program).addHelpText("after", "\nExample:\n  go-chat user list");
  addList(user, tools, deps);
  addCreate(user, tools, deps);
  addChange(user, tools, deps, { name: "disable", status: "disabled", does: "Disable an account" });
  addChange(user, tools, deps, { name: "enable", status: "active", does: "Let a disabled account in again" });
  addRole(user, tools, deps);
  addReset(user, tools, deps);
}

function addList(user: Command, tools: CommandTools, { operate }: UserCommandDeps): void {
  tools.withJson(
    user.command("list")
      .summary("List accounts")
      .description("Lists accounts in the order of their ids.")
      .option("--search <text>", "only usernames that begin so", "")
      .option("--after <id>", "only higher ids: the next page", whole(0, 4_294_967_295), 0)
      .option("--limit <count>", "how many", whole(1, 500), 50)
      .addHelpText("after", "\nExample:\n  go-chat user list --search an --limit 10"),
  ).action(async (
    { search, after, limit }: { readonly search: string; readonly after: number; readonly limit: number },
    command: Command,
  ) => {
    const page = await operate(givenFlags(command), "user list", { prefix: search, after, limit });
    const rows = page.users.map((one) => [
      String(one.id),
      one.username,
      one.email,
      one.role,
      one.status,
      one.last_seen ?? "-",
    ]);
    const head = ["id", "username", "e-mail", "role", "status", "last seen"];
    const more = page.has_more ? `\nmore: --after ${page.users.at(-1)?.id}` : "";
    tools.report(command).result(page, table(head, rows, "no accounts") + more);
  });
}

function addCreate(user: Command, tools: CommandTools, { operate, readPassword }: UserCommandDeps): void {
  tools.withJson(
    user.command("create")
      .summary("Make an account")
      .description("Makes an account. Without --password-stdin a password is generated and printed once.")
      .argument("<username>")
      .requiredOption("--email <address>", "e-mail address")
      .addOption(roleOption().default("member"))
      .option("--password-stdin", "read the password from the first line of standard input")
      .addHelpText("after", "\nExample:\n  go-chat user create ann --email ann@example.com"),
  ).action(async (
    username: string,
    { email, role, passwordStdin }: {
      readonly email: string;
      readonly role: ShownUser["role"];
      readonly passwordStdin?: boolean;
    },
    command: Command,
  ) => {
    const password = passwordStdin === true ? await readPassword() : null;
    const done = await operate(givenFlags(command), "user create", { username, email, role, password });
    const told = done.password === null ? "" : `\npassword, shown this once: ${done.password}`;
    tools.report(command).result(done, `created ${line(done.user)}${told}`);
  });
}

function addChange(
  user: Command,
  tools: CommandTools,
  { operate }: UserCommandDeps,
  { name, status, does }: {
    readonly name: string;
    readonly status: ShownUser["status"];
    readonly does: string;
  },
): void {
  const command = user.command(name)
    .summary(does)
    .description(`${does}.${status === "disabled" ? " Its sessions end and its sockets close at once." : ""}`)
    .argument("<user>", WHO)
    .addHelpText("after", `\nExample:\n  go-chat user ${name} ann`);
  if (status === "disabled") command.option("--force", "even the last active owner");
  tools.withJson(command).action(async (who: string, options: { readonly force?: boolean }) => {
    const input: Input<"user change"> = { who, status, force: options.force === true };
    const done = await operate(givenFlags(command), "user change", input);
    tools.report(command).result(done, `now ${done.user.status}: ${line(done.user)}`);
  });
}

function addRole(user: Command, tools: CommandTools, { operate }: UserCommandDeps): void {
  tools.withJson(
    user.command("role")
      .summary("Make an account an owner or a member")
      .description("Makes an account an owner, who manages others, or a member.")
      .argument("<user>", WHO)
      .addOption(roleOption().makeOptionMandatory())
      .option("--force", "even the last active owner")
      .addHelpText("after", "\nExample:\n  go-chat user role ann --role owner"),
  ).action(async (
    who: string,
    { role, force }: { readonly role: ShownUser["role"]; readonly force?: boolean },
    command: Command,
  ) => {
    const done = await operate(givenFlags(command), "user change", { who, role, force: force === true });
    tools.report(command).result(done, `now ${done.user.role}: ${line(done.user)}`);
  });
}

function addReset(user: Command, tools: CommandTools, { operate }: UserCommandDeps): void {
  tools.withJson(
    user.command("reset-password")
      .summary("Give an account a new password")
      .description("Gives an account a generated password, printed once, and ends all of its sessions.")
      .argument("<user>", WHO)
      .addHelpText("after", "\nExample:\n  go-chat user reset-password ann@example.com"),
  ).action(async (who: string, _options, command: Command) => {
    const done = await operate(givenFlags(command), "user reset-password", { who });
    const ended = `${done.sessions_ended} sessions ended`;
    const told = `password of ${line(done.user)}, shown this once: ${done.password}\n${ended}`;
    tools.report(command).result(done, told);
  });
}

function roleOption(): Option {
  return new Option("--role <role>", "what it may do").choices(["owner", "member"]);
}

function line({ id, username, email, role }: ShownUser): string {
  return `${username} <${email}>, ${role}, id ${id}`;
}
