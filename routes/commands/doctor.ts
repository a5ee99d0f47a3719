/**
 * `doctor`: what is wrong with a server, or with the place where one is to run.
 *
 * @module
 */
import type { Command } from "commander";
import { type ExaminationOptions, examine, type Finding, isWell, type Level } from "../doctor/doctor.ts";
import { readConfig } from "../server/config_file.ts";
import { gatherSettings, type Surroundings } from "../server/given_settings.ts";
import { configureLog } from "../server/log.ts";
import { CommandError } from "./command_error.ts";
import { givenFlags } from "./setting_flags.ts";
import type { CommandTools } from "./tools.ts";

/** What it works with. */
export interface DoctorParts extends Pick<ExaminationOptions, "clock" | "inspectors"> {
  readonly surroundings: Surroundings;
}

/** Adds it. */
export function addDoctor(program: Command, tools: CommandTools, parts: DoctorParts): void {
  tools.withJson(
    program.command("doctor")
      .summary("Look at everything a server needs, and say what to do")
      .description(
        "Looks at settings, port, data directory, disk, limits, memory, databases, clock, certificate and, while the " +
          "server runs, at what arrives through CHAT_PUBLIC_URL. To see whether writing works it makes a file in the data " +
          "directory, and a table, a collection and a key in the databases that are configured, each of its own, and " +
          "removes them; it changes nothing else. Ends with 1 when there are faults.",
      )
      .addHelpText("after", "\nExamples:\n  go-chat doctor --data /var/lib/go-chat\n  go-chat doctor --json"),
  ).action(async (_options, command: Command) => {
    const given = givenFlags(command);
    const { clock, inspectors, surroundings } = parts;
    // What a database's driver has to say is told as a finding.
    configureLog({ level: "fatal", human: true, write: tools.streams.writeStatus });
    const ini = await readConfig(given.config).catch(() => null);
    const findings = await examine({
      given: { flags: given.flags, env: surroundings.env, ini },
      readSettings: () => gatherSettings(given, surroundings),
      clock,
      inspectors,
    });
    const faults = findings.filter(({ level }) => level === "fault").length;
    tools.report(command).result({ ok: isWell(findings), findings }, humanText(findings));
    if (faults > 0) throw new CommandError(`${faults} ${faults === 1 ? "fault" : "faults"} found`);
  });
}

const MARKS: Readonly<Record<Level, string>> = { ok: "ok     ", warning: "warning", fault: "FAULT  " };

function humanText(findings: readonly Finding[]): string {
  return findings.map(({ check, level, seen, advice }) =>
    `${MARKS[level]}  ${check}: ${seen}${advice === null ? "" : `\n         -> ${advice}`}`
  ).join("\n");
}
