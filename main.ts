/**
 * The composition root: reads arguments and environment, and says `new`.
 *
 * @module
 */
import { systemClock } from "./db/clock.ts";
import { createInspectors } from "./db/inspect.ts";
import { openBackupSource, openGround, openStore } from "./db/open.ts";
import { NEWEST_SCHEMA } from "./db/schema_name.ts";
import manifest from "./deno.json" with { type: "json" };
import { decodeEvent, PROTOCOL_VERSION } from "./realtime/mod.ts";
import { addBackup } from "./routes/commands/backup.ts";
import { runBackup, runVerify } from "./routes/commands/backing_up.ts";
import { createProgram, runCommandLine } from "./routes/commands/command_line.ts";
import { addCompletion } from "./routes/commands/completion.ts";
import { addCopy } from "./routes/commands/copy.ts";
import { runCopy } from "./routes/commands/copying.ts";
import { withDataRequests } from "./routes/commands/data_requests.ts";
import { addHealthcheck } from "./routes/commands/healthcheck.ts";
import { addInvite } from "./routes/commands/invite.ts";
import { addMigrate } from "./routes/commands/migrate.ts";
import { operateAnywhere } from "./routes/commands/operate.ts";
import { readPassword } from "./routes/commands/read_password.ts";
import { addDoctor } from "./routes/commands/doctor.ts";
import { addRestore } from "./routes/commands/restore.ts";
import { runRestore } from "./routes/commands/restoring.ts";
import { addServe } from "./routes/commands/serve.ts";
import { addSessions } from "./routes/commands/sessions.ts";
import { createTools, type Streams } from "./routes/commands/tools.ts";
import { addUserErase, addUserKeep } from "./routes/commands/user_erase.ts";
import { addUserExport } from "./routes/commands/user_export.ts";
import { addUser } from "./routes/commands/user.ts";
import { addVersion } from "./routes/commands/version.ts";
import type { Front, Made, RunParts } from "./routes/server/front.ts";
import { healthPlace } from "./routes/server/health_place.ts";
import { tryPort } from "./routes/server/listener.ts";
import { writeStandardError, writeStandardOutput } from "./routes/server/log.ts";
import { serve } from "./routes/server/run.ts";
import { isTelemetryOn } from "./routes/server/telemetry.ts";
import { ISOLATES_MS } from "./routes/server/shutdown.ts";

const clock = systemClock;
const programRoot = import.meta.dirname ?? ".";
const { version } = manifest;

if (import.meta.main) {
  const code = await main(Deno.args);
  if (code !== 0) Deno.exit(code);
}

/** Runs the command that the arguments name. Answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const surroundings = { args, env: Deno.env.toObject(), programRoot, workingDirectory: Deno.cwd() };
  const streams: Streams = {
    writeResult: writeStandardOutput,
    writeStatus: writeStandardError,
    isResultTerminal: Deno.stdout.isTerminal(),
    isStatusTerminal: Deno.stderr.isTerminal(),
  };
  const tools = createTools(streams, clock);
  const parts: RunParts = {
    clock,
    programRoot,
    version,
    surroundings,
    openGround: (databases) => openGround({ ...databases, clock, decode: decodeEvent }),
    listenByIsolates,
  };
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
    addDoctor(program, tools, { clock, surroundings, inspectors: createInspectors(clock) });
    const newId = (): string => crypto.randomUUID();
    const openSource = openBackupSource;
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

/** Several isolates listen, and this one writes for them. */
async function listenByIsolates(made: Made, { surroundings }: RunParts): Promise<Front> {
  const { settings, tls } = made;
  const ownStores = settings.mysql !== null && settings.redis !== null;
  const port = tryPort({ ...settings, tls });
  const { Isolates } = await import("./routes/isolates/main_isolate.ts");
  const isolates = new Isolates(settings.workers, {
    ...made,
    settings: { ...settings, port },
    // Where instances can share databases, each isolate is one.
    ownStores,
    mayRead: settings.mysql === null && settings.mongodb === null && settings.redis === null,
    staticRoot: `${programRoot}/static`,
    version,
    hasTelemetry: isTelemetryOn(surroundings.env),
    isTerminal: Deno.stderr.isTerminal(),
    clock,
    onDeath: () => Deno.exit(1),
  });
  return {
    news: ownStores ? made.wires.bus : {
      // A hint: whoever misses it finds out within 30 s.
      publish: (topic, event) => void isolates.any.publish(topic, event).catch(() => {}),
    },
    origin: await isolates.listen(),
    firstOwnerInvite: (base) => isolates.any.firstOwnerInvite(base.href),
    prepare: () => isolates.prepare(),
    renewTls: (renewed) => isolates.renewTls(renewed),
    end: () => [{ name: "the isolates", withinMs: ISOLATES_MS, run: () => isolates.end() }],
  };
}
