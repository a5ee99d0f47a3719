/**
 * The composition root and command line: reads what it was given, opens everything, and says `new`.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { systemClock } from "./db/clock.ts";
import { StoreRefusedError } from "./db/errors.ts";
import { openGround, openStore } from "./db/open.ts";
import type { Store } from "./db/store.ts";
import type { Wires } from "./db/wires.ts";
import manifest from "./deno.json" with { type: "json" };
import { type ChatEvent, decodeEvent, ErasureNews } from "./realtime/mod.ts";
import { Erasing } from "./routes/accounts/erasing.ts";
import type { Hasher, OwnerInvite } from "./routes/mod.ts";
import { giveUpFiles, isGranted, requireAccess } from "./routes/server/access.ts";
import { type CommandLine, helpText, parseCommandLine } from "./routes/server/command_line.ts";
import { CONFIG_PATHS, readConfig } from "./routes/server/config_file.ts";
import { copyStores, refuseHalfCopy } from "./routes/server/copying.ts";
import { generatedSecret, prepareDataDir } from "./routes/server/data_dir.ts";
import { refuseDebugTraces } from "./routes/server/debug_traces.ts";
import { Descriptors } from "./routes/server/descriptors.ts";
import { Eraser } from "./routes/server/eraser.ts";
import { openHashPool } from "./routes/server/hashing.ts";
import { ChatInstance, randomBytes } from "./routes/server/instance.ts";
import { keepRunning } from "./routes/server/last_net.ts";
import { tryPort } from "./routes/server/listener.ts";
import { configureLog, writeStandardError, writeStandardOutput } from "./routes/server/log.ts";
import { readSettings, type Settings } from "./routes/server/settings.ts";
import { SettingsError } from "./routes/server/settings_error.ts";
import { ISOLATES_MS, onSignals, runShutdown, type ShutdownStep, STEP_MS } from "./routes/server/shutdown.ts";
import { directoriesOf } from "./routes/server/store_address.ts";
import { startWarnings } from "./routes/server/start_warnings.ts";
import { Sweeper } from "./routes/server/sweeper.ts";
import { readTls } from "./routes/server/tls.ts";

const log = getLogger(["chat", "server"]);
const clock = systemClock;
const programRoot = import.meta.dirname ?? ".";

type Serve = Extract<CommandLine, { command: "serve" }>;

/**
 * The executable cannot measure again once it has given up its files, nor can an isolate beside others, who would find
 * none meanwhile: 0.7 s where there are as many.
 */
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
    Deno.build.standalone || settings.workers > 1 ? MAX_PROBED_DESCRIPTORS : undefined,
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
    // The modules of an isolate are read when it starts, unlike those of the program.
    ...(settings.workers > 1 && !Deno.build.standalone
      ? [{ path: programRoot, write: false, setting: "CHAT_WORKERS" }]
      : []),
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
async function openRun(settings: Settings, ground: Ground): Promise<Run> {
  const { dataDir } = ground;
  const { mode, mysql, mongodb, redis, retentionDays } = settings;
  const { store, wires, warnings } = await openGround({
    dataDir,
    clock,
    startTimeoutMs: settings.startTimeout * 1_000,
    mysql,
    mongodb,
    redis,
    instanceId: crypto.randomUUID(),
    decode: decodeEvent,
  });
  refuseHalfCopy(store);
  if (mode === "debug") await store.noteDebugUse();
  else await refuseDebugTraces(store, { dataDir, modeSource: settings.modeSource });
  const secrets = settings.secrets ?? [await generatedSecret(dataDir, randomBytes)];
  await wires.requireCommon(secrets);
  const hasher = openHashPool(settings.bcryptCost);
  const made = { ...ground, settings, secrets, store, wires, hasher };
  const front = settings.workers > 1 ? await listenByIsolates(made) : await listenHere(made);
  const { messages, sessions } = store;
  const sweeper = new Sweeper({ messages, sessions, clock, retentionDays });
  const eraser = new Eraser(new Erasing({ store, news: new ErasureNews(wires.bus), clock }), clock);
  const stop = async (signal: Deno.Signal): Promise<void> => {
    log.info("Ending on {signal}", { signal });
    await runShutdown([
      ...front.end(),
      { name: "the sweeper", withinMs: STEP_MS.sweeper, run: () => sweeper[Symbol.asyncDispose]() },
      { name: "the eraser", withinMs: STEP_MS.sweeper, run: () => eraser[Symbol.asyncDispose]() },
      { name: "the hash pool", withinMs: STEP_MS.hashPool, run: () => hasher[Symbol.asyncDispose]() },
      { name: "what instances share", withinMs: STEP_MS.wires, run: () => wires[Symbol.asyncDispose]() },
      { name: "the store", withinMs: STEP_MS.store, run: () => store[Symbol.asyncDispose]() },
    ], clock);
  };
  return { ...front, warnings, stop };
}

/** What takes connections is made from. */
interface Made extends Ground {
  readonly settings: Settings;
  readonly secrets: readonly string[];
  readonly store: Store;
  readonly wires: Wires<ChatEvent>;
  readonly hasher: Hasher;
}

/** What takes connections. */
interface Front extends Pick<Run, "origin" | "firstOwnerInvite" | "prepare"> {
  readonly end: () => readonly ShutdownStep[];
}

async function listenHere(made: Made): Promise<Front> {
  const instance = await ChatInstance.open({
    ...made,
    clock,
    mayOpen: (sockets) => made.descriptors.mayOpen(sockets),
    staticRoot: `${programRoot}/static`,
    version: manifest.version,
  });
  return {
    origin: instance.listen(),
    firstOwnerInvite: (base) => instance.accounts.firstOwnerInvite(base),
    prepare: () => instance.prepare(),
    end: () => instance.end(),
  };
}

/** Several isolates listen, and this one writes for them. */
async function listenByIsolates(made: Made): Promise<Front> {
  const { settings, tls } = made;
  const port = tryPort({ ...settings, tls });
  const { Isolates } = await import("./routes/isolates/main_isolate.ts");
  const isolates = new Isolates(settings.workers, {
    ...made,
    settings: { ...settings, port },
    // Where instances can share databases, each isolate is one.
    ownStores: settings.mysql !== null && settings.redis !== null,
    mayRead: settings.mysql === null && settings.mongodb === null && settings.redis === null,
    staticRoot: `${programRoot}/static`,
    version: manifest.version,
    isTerminal: Deno.stderr.isTerminal(),
    clock,
    onDeath: () => Deno.exit(1),
  });
  return {
    origin: await isolates.listen(),
    firstOwnerInvite: (base) => isolates.any.firstOwnerInvite(base.href),
    prepare: () => isolates.prepare(),
    end: () => [{ name: "the isolates", withinMs: ISOLATES_MS, run: () => isolates.end() }],
  };
}

/** Where a person on this machine opens the page. */
function reachable(publicUrl: URL | null, origin: string): URL {
  return publicUrl ??
    new URL(origin.replace("//0.0.0.0:", "//localhost:").replace("//[::]:", "//localhost:"));
}
