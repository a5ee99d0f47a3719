/**
 * The composition root: reads arguments and environment, and says `new`.
 *
 * @module
 */
import { systemClock } from "./db/clock.ts";
import { openBackupSource, openGround, openReader, openStore } from "./db/open.ts";
import manifest from "./deno.json" with { type: "json" };
import { decodeEvent } from "./realtime/mod.ts";
import { exitCodeOf } from "./routes/commands/exit_code.ts";
import { plainServe } from "./routes/commands/plain_serve.ts";
import type { Streams } from "./routes/commands/tools.ts";
import type { Front, Made, RunParts } from "./routes/server/front.ts";
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
  const parts: RunParts = {
    clock,
    programRoot,
    version,
    surroundings,
    openGround: (databases) => openGround({ ...databases, clock, decode: decodeEvent }),
    openReader: (dataDir) => openReader({ dataDir, clock }),
    listenByIsolates,
  };
  const given = plainServe(args);
  if (given !== null) return await exitCodeOf(() => serve(given, parts), streams);
  const { runCommands } = await import("./routes/commands/commands.ts");
  const { createInspectors } = await import("./db/inspect.ts");
  return await runCommands(args, {
    streams,
    parts,
    openStore,
    openSource: openBackupSource,
    inspectors: createInspectors(clock, () => crypto.randomUUID()),
  });
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
