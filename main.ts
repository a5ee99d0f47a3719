/**
 * The composition root and command line: reads what it was given, opens everything, and says `new`.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { systemClock } from "./db/clock.ts";
import { StoreRefusedError } from "./db/errors.ts";
import { openRedis, openStore, openWires } from "./db/open.ts";
import manifest from "./deno.json" with { type: "json" };
import { decodeEvent } from "./realtime/mod.ts";
import type { OwnerInvite } from "./routes/mod.ts";
import { giveUpFiles, isGranted, requireAccess } from "./routes/server/access.ts";
import { type CommandLine, helpText, parseCommandLine } from "./routes/server/command_line.ts";
import { CONFIG_PATHS, readConfig } from "./routes/server/config_file.ts";
import { copyStores, refuseHalfCopy } from "./routes/server/copying.ts";
import { generatedSecret, prepareDataDir } from "./routes/server/data_dir.ts";
import { refuseDebugTraces } from "./routes/server/debug_traces.ts";
import { Descriptors } from "./routes/server/descriptors.ts";
import { openHashPool } from "./routes/server/hashing.ts";
import { ChatInstance, randomBytes } from "./routes/server/instance.ts";
import { keepRunning } from "./routes/server/last_net.ts";
import { configureLog, writeStandardError, writeStandardOutput } from "./routes/server/log.ts";
import { readSettings, type Settings } from "./routes/server/settings.ts";
import { SettingsError } from "./routes/server/settings_error.ts";
import { onSignals, runShutdown, STEP_MS } from "./routes/server/shutdown.ts";
import { directoriesOf } from "./routes/server/store_address.ts";
import { startWarnings } from "./routes/server/start_warnings.ts";
import { Sweeper } from "./routes/server/sweeper.ts";
import { readTls } from "./routes/server/tls.ts";

const log = getLogger(["chat", "server"]);
const clock = systemClock;
const programRoot = import.meta.dirname ?? ".";

type Serve = Extract<CommandLine, { command: "serve" }>;

/** The executable cannot measure again once it has given up its files: 0.7 s where there are as many. */
const MAX_PROBED_DESCRIPTORS = 65_536;

/** Nobody waits for one answer of a store that is copied, and a slow disk may need long for a thousand rows. */
const COPY_ANSWER_MS = 60_000;

if (import.meta.main) await main(Deno.args);

/** Runs the command; a setting that cannot be used ends it with one line and exit code 2. */
async function main(args: readonly string[]): Promise<void> {
  try {
    const line = parseCommandLine(args);
    if (line.command === "help") return writeStandardOutput(`${helpText(manifest.version)}\n`);
    if (line.command === "version") return writeStandardOutput(`go-chat ${manifest.version}\n`);
    if (line.command === "copy") return await copy(line);
    await serve(line, args);
  } catch (error) {
    if (error instanceof SettingsError || error instanceof StoreRefusedError) {
      writeStandardError(`${error.message}\n`);
      Deno.exit(2);
    }
    writeStandardError(
      `Cannot start: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`,
    );
    Deno.exit(1);
  }
}

async function serve(line: Serve, args: readonly string[]): Promise<void> {
  const settings = await settingsOf(line, args);
  configureLog({ level: settings.logLevel, human: Deno.stderr.isTerminal(), write: writeStandardError });
  keepRunning();
  const dataDir = await prepareDataDir(settings.dataDir, settings.dataDirSource);
  const tls = await readTls(settings.tls);
  const descriptors = new Descriptors(
    dataDir.path,
    Deno.build.standalone ? MAX_PROBED_DESCRIPTORS : undefined,
  );
  const run = await openRun(settings, { dataDir: dataDir.path, tls, descriptors });
  onSignals({ clock, exit: Deno.exit, stop: run.stop });
  const facts = {
    origin: run.origin,
    dataDirWarning: dataDir.warning,
    fewDescriptors: descriptors.few,
    hiddenConfig: line.config === undefined
      ? CONFIG_PATHS.filter((path) => !isGranted("read", { path }))
      : [],
  };
  for (const warning of [...startWarnings(settings, facts), ...await run.warnings()]) log.warning(warning);
  const invite = await run.firstOwnerInvite(reachable(settings.publicUrl, run.origin));
  if (invite !== null) {
    const until = new Date(invite.expiresAt).toISOString();
    writeStandardOutput(
      `the first account, which will be the owner's, is made here until ${until}: ${invite.link}\n`,
    );
  }
  // Debug reads the page's files again with each view.
  const isDone = Deno.build.standalone && settings.mode === "release";
  if (isDone && !await giveUpFiles()) log.warning("Access to files could not be given up");
  writeStandardOutput(`listening on ${run.origin}\n`);
  // In debug the page may be another at the next view.
  if (settings.mode === "release") void run.prepare();
}

/** Copies one store into another; a difference after it ends the program with 1. */
async function copy({ from, to }: Extract<CommandLine, { command: "copy" }>): Promise<void> {
  configureLog({ level: "warning", human: Deno.stderr.isTerminal(), write: writeStandardError });
  const paths = [...directoriesOf("--from", from), ...directoriesOf("--to", to)];
  // The addresses may hold passwords, which no message repeats.
  const args = ["copy", "--from", "…", "--to", "…"];
  requireAccess(paths, { args, programRoot, workingDirectory: Deno.cwd() });
  await using source = await openStore({ ...from, clock, answerMs: COPY_ANSWER_MS });
  await using target = await openStore({ ...to, clock, answerMs: COPY_ANSWER_MS });
  const said = { status: writeStandardError, result: writeStandardOutput };
  await copyStores({ from: source, to: target }, { clock, ...said });
}

/** Reads flags, environment and file; before the file, asks whether the runtime lets it be read. */
async function settingsOf(
  line: Serve,
  args: readonly string[],
): Promise<Settings> {
  const context = { args, programRoot, workingDirectory: Deno.cwd() };
  const config = line.config === undefined ? [] : [{ path: line.config, write: false, setting: "--config" }];
  const data = line.flags.data === undefined
    ? []
    : [{ path: line.flags.data, write: true, setting: "--data" }];
  requireAccess([...config, ...data], context);
  const ini = await readConfig(line.config);
  const settings = readSettings({ flags: line.flags, env: Deno.env.toObject(), ini, dev: line.dev });
  const files = settings.tls === null ? [] : [settings.tls.cert, settings.tls.key];
  requireAccess([
    ...config,
    { path: settings.dataDir, write: true, setting: "CHAT_DATA_DIR" },
    ...files.map((path) => ({ path, write: false, setting: "CHAT_TLS_CERT and CHAT_TLS_KEY" })),
  ], context);
  return settings;
}

/** What a run is made from beside its settings. */
interface Ground {
  readonly dataDir: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly descriptors: Descriptors;
}

/** A program that listens. */
interface Run {
  readonly origin: string;
  readonly warnings: () => Promise<readonly string[]>;
  readonly firstOwnerInvite: (base: URL) => Promise<OwnerInvite | null>;
  readonly prepare: () => Promise<void>;
  readonly stop: (signal: Deno.Signal) => Promise<void>;
}

/** Opens everything and listens. */
async function openRun(settings: Settings, { dataDir, tls, descriptors }: Ground): Promise<Run> {
  const { mode, mysql, mongodb, retentionDays } = settings;
  const instanceId = crypto.randomUUID();
  const startTimeoutMs = settings.startTimeout * 1_000;
  const redis = settings.redis === null
    ? null
    : await openRedis({ place: settings.redis, clock, withinMs: startTimeoutMs, instanceId });
  const store = await openStore({ dataDir, clock, startTimeoutMs, mysql, mongodb, redis });
  refuseHalfCopy(store);
  // The embedded store has one owner.
  const shared = redis !== null && mysql !== null;
  const wires = await openWires({ redis, shared, clock, instanceId, decode: decodeEvent });
  if (mode === "debug") await store.noteDebugUse();
  else await refuseDebugTraces(store, { dataDir, modeSource: settings.modeSource });
  const secrets = settings.secrets ?? [await generatedSecret(dataDir, randomBytes)];
  await wires.requireCommon(secrets);
  const hasher = openHashPool(settings.bcryptCost);
  const instance = await ChatInstance.open({
    settings,
    secrets,
    store,
    wires,
    hasher,
    tls,
    clock,
    mayOpen: (sockets) => descriptors.mayOpen(sockets),
    staticRoot: `${programRoot}/static`,
    version: manifest.version,
  });
  const origin = instance.listen();
  const { messages, sessions } = store;
  const sweeper = new Sweeper({ messages, sessions, clock, retentionDays });
  const stop = async (signal: Deno.Signal): Promise<void> => {
    log.info("Ending on {signal}", { signal });
    await runShutdown([
      ...instance.end(),
      { name: "the sweeper", withinMs: STEP_MS.sweeper, run: () => sweeper[Symbol.asyncDispose]() },
      { name: "the hash pool", withinMs: STEP_MS.hashPool, run: () => hasher[Symbol.asyncDispose]() },
      { name: "what instances share", withinMs: STEP_MS.wires, run: () => wires[Symbol.asyncDispose]() },
      { name: "the store", withinMs: STEP_MS.store, run: () => store[Symbol.asyncDispose]() },
    ], clock);
  };
  return {
    origin,
    warnings: async () => await redis?.warnings() ?? [],
    firstOwnerInvite: (base) => instance.accounts.firstOwnerInvite(base),
    prepare: () => instance.prepare(),
    stop,
  };
}

/** Where a person on this machine opens the page. */
function reachable(publicUrl: URL | null, origin: string): URL {
  return publicUrl ??
    new URL(origin.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:"));
}
