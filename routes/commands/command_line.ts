/**
 * The command line: puts the commands together, runs the one that is asked for, and says how it ended.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { tellFailure } from "./exit_code.ts";
import { addHelp } from "./help.ts";
import { addSettingFlags } from "./setting_flags.ts";
import type { Streams } from "./tools.ts";

const ENDING = `
Stronger first: flag, CHAT_* environment, config.ini, default. Every setting: docs/config.example.ini
Exit codes: 0 done, 1 failed, 2 a setting or an argument cannot be used`;

/** Adds commands to the program, in the order in which help lists them. */
export type AddCommands = (program: Command) => void;

/** Makes the program with all its commands. */
export function createProgram(streams: Streams, version: string, addCommands: AddCommands): Command {
  const program = new Command("go-chat")
    .description(`Go Chat ${version}: a chat server with its page, in one program`)
    .usage("[command] [options]")
    .exitOverride()
    .configureOutput({ writeOut: streams.writeResult, writeErr: () => {} })
    .configureHelp({ showGlobalOptions: true, helpWidth: 110 })
    .helpCommand(false)
    .helpOption("-h, --help", "print how it is used")
    .version(`go-chat ${version}`, "--version", "print the version")
    .addHelpText("after", ENDING);
  addSettingFlags(program);
  addCommands(program);
  addHelp(program);
  return program;
}

/** Runs what `args` ask for. Answers the exit code; 0 may also mean that it serves from now on. */
export async function runCommandLine(
  args: readonly string[],
  program: Command,
  streams: Pick<Streams, "writeStatus">,
): Promise<number> {
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellFailure(error, streams);
    if (error.exitCode === 0) return 0;
    streams.writeStatus(`${refusal(error, args, program)}\n`);
    return 2;
  }
}

/** One line: what is wrong, and what the command that was meant would take. */
function refusal(error: CommanderError, args: readonly string[], program: Command): string {
  let command = program;
  for (const word of args) {
    command = command.commands.find((one) => one.name() === word) ?? command;
  }
  const isUnknown = error.code === "commander.excessArguments" && command === program;
  const what = isUnknown
    ? `the command ${JSON.stringify(program.args[0] ?? "")} is unknown`
    : error.message.replace(/^error: /, "").replaceAll("\n", " ").replace(/\.$/, "");
  const names = command.commands.map((one) => one.name()).join("|");
  const own = command === program ? [] : command.options;
  const options = [...own, ...program.options].map((option) => option.long).join(" ");
  return `Cannot start: ${what}, allowed: ${[...(names === "" ? [] : [`[${names}]`]), options].join(" ")}`;
}
