/**
 * All commands of the program, loaded where anything but serving is asked for.
 *
 * @module
 */
import { NEWEST_SCHEMA } from "../../db/schema_name.ts";
import { PROTOCOL_VERSION } from "../../realtime/mod.ts";
import type { RunParts } from "../server/front.ts";
import { healthPlace } from "../server/health_place.ts";
import { serve } from "../server/run.ts";
import { addBackup } from "./backup.ts";
import { type BackupParts, runBackup, runVerify } from "./backing_up.ts";
import { createProgram, runCommandLine } from "./command_line.ts";
import { addCompletion } from "./completion.ts";
import { addCopy } from "./copy.ts";
import { type CopyParts, runCopy } from "./copying.ts";
import { withDataRequests } from "./data_requests.ts";
import { addDoctor, type DoctorParts } from "./doctor.ts";
import { addHealthcheck } from "./healthcheck.ts";
import { addInvite } from "./invite.ts";
import { addMigrate } from "./migrate.ts";
import { operateAnywhere } from "./operate.ts";
import { readPassword } from "./read_password.ts";
import { addRestore } from "./restore.ts";
import { type RestoreParts, runRestore } from "./restoring.ts";
import { addServe } from "./serve.ts";
import { addSessions } from "./sessions.ts";
import { createTools, type Streams } from "./tools.ts";
import { addUser } from "./user.ts";
import { addUserErase, addUserKeep } from "./user_erase.ts";
import { addUserExport } from "./user_export.ts";
import { addVersion } from "./version.ts";

/** What commands work with. */
export interface CommandParts {
  readonly streams: Streams;
  readonly parts: RunParts;
  readonly openStore: CopyParts["openStore"] & RestoreParts["openStore"];
  readonly openSource: BackupParts["openSource"];
  readonly inspectors: DoctorParts["inspectors"];
}

/** Runs the command that the arguments name. Answers the exit code. */
export async function runCommands(args: readonly string[], deps: CommandParts): Promise<number> {
  const { streams, parts, openStore, openSource, inspectors } = deps;
  const { clock, version, surroundings } = parts;
  const tools = createTools(streams, clock);
  const operate = operateAnywhere(parts);
  const program = createProgram(streams, version, (program) => {
    addServe(program, (given) => serve(given, parts));
    addUser(program, tools, { operate, readPassword: () => readPassword(Deno.stdin) });
    addInvite(program, tools, operate);
    addSessions(program, tools, operate);
    addHealthcheck(program, tools, (given) => healthPlace(given, surroundings));
    addCopy(
      program,
      tools,
      (addresses, report) => runCopy(addresses, report, { clock, surroundings, openStore }),
    );
    addMigrate(program, tools, parts);
    const open = withDataRequests(parts);
    const ask = Deno.stdin.isTerminal() ? (question: string) => prompt(question) : null;
    addUserExport(program, tools, open);
    addUserErase(program, tools, { open, ask });
    addUserKeep(program, tools, open);
    addDoctor(program, tools, { clock, surroundings, inspectors });
    const newId = (): string => crypto.randomUUID();
    addBackup(program, tools, {
      backUp: (asked, report) =>
        runBackup(asked, report, { clock, newId, version, surroundings, openSource }),
      verify: (asked, report) => runVerify(asked, report, surroundings),
    });
    addRestore(
      program,
      tools,
      (asked, report) => runRestore(asked, report, { clock, surroundings, openStore }),
    );
    addVersion(program, tools, {
      version,
      protocol: PROTOCOL_VERSION,
      schema: NEWEST_SCHEMA,
      runtime: `deno ${Deno.version.deno}`,
    });
    addCompletion(program, streams.writeResult);
  });
  return await runCommandLine(args, program, streams);
}
