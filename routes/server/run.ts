/**
 * A run of the server: opens everything, listens, and ends everything.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../db/clock.ts";
import { ErasureNews } from "../../realtime/mod.ts";
import { Erasing } from "../accounts/erasing.ts";
import type { Figures } from "../mod.ts";
import { qrCode } from "../commands/qr_code.ts";
import { refuseHalfFilled } from "./half_filled.ts";
import { giveUpFiles, isGranted } from "./access.ts";
import { CONFIG_PATHS } from "./config_file.ts";
import { generatedSecret, prepareDataDir } from "./data_dir.ts";
import { refuseDebugTraces } from "./debug_traces.ts";
import { Descriptors } from "./descriptors.ts";
import { diskFigures } from "./disk.ts";
import { Eraser } from "./eraser.ts";
import { gatherSettings, type GivenFlags } from "./given_settings.ts";
import { openControl } from "./control.ts";
import { openHashPool } from "./hashing.ts";
import { type Front, listenHere, type Made, type Run, type RunGround, type RunParts } from "./front.ts";
import { randomBytes } from "./instance.ts";
import { keepRunning } from "./last_net.ts";
import { CAN_SHARE_PORTS } from "./listener.ts";
import { linkBase } from "./link_base.ts";
import { configureLog, writeStandardError, writeStandardOutput } from "./log.ts";
import type { Settings } from "./settings.ts";
import { onSignals, runShutdown, STEP_MS } from "./shutdown.ts";
import { startWarnings } from "./start_warnings.ts";
import { Sweeper } from "./sweeper.ts";
import { readTls } from "./tls.ts";
import { TlsWatch } from "./tls_watch.ts";

const log = getLogger(["chat", "server"]);

/**
 * The executable cannot measure again once it has given up its files, nor can an isolate beside others, who would find
 * none meanwhile: 0.7 s where there are as many.
 */
const MAX_PROBED_DESCRIPTORS = 65_536;

/** Serves: resolves when it listens. Throws {@link SettingsError} and {@link StoreRefusedError}. */
export async function serve(given: GivenFlags, parts: RunParts): Promise<void> {
  const { clock } = parts;
  const settings = await gatherSettings(given, parts.surroundings);
  configureLog({ level: settings.logLevel, human: Deno.stderr.isTerminal(), write: writeStandardError });
  keepRunning();
  const dataDir = await prepareDataDir(settings.dataDir, settings.dataDirSource);
  const tls = await readTls(settings.tls);
  const descriptors = new Descriptors(
    dataDir.path,
    Deno.build.standalone || settings.workers > 1 ? MAX_PROBED_DESCRIPTORS : undefined,
  );
  const run = await openRun(settings, { dataDir: dataDir.path, tls, descriptors }, parts);
  onSignals({ clock, exit: Deno.exit, stop: run.stop });
  const facts = {
    origin: run.origin,
    dataDirWarning: dataDir.warning,
    fewDescriptors: descriptors.few,
    hiddenConfig: given.config === undefined
      ? CONFIG_PATHS.filter((path) => !isGranted("read", { path }))
      : [],
  };
  for (const warning of [...startWarnings(settings, facts), ...await run.warnings()]) log.warning(warning);
  const invite = await run.firstOwnerInvite(linkBase(settings.publicUrl, run.origin));
  if (invite !== null) {
    const until = new Date(invite.expiresAt).toISOString();
    if (Deno.stdout.isTerminal()) writeStandardOutput(`${qrCode(invite.link)}\n`);
    writeStandardOutput(
      `the first account, which will be the owner's, is made here until ${until}: ${invite.link}\n`,
    );
  }
  // Debug reads the page's files again with each view.
  const isDone = Deno.build.standalone && settings.mode === "release";
  if (isDone && !await giveUpFiles({ mayRead: settings.tls !== null })) {
    log.warning("Access to files could not be given up");
  }
  writeStandardOutput(`listening on ${run.origin}\n`);
  // In debug the page may be another at the next view.
  if (settings.mode === "release") void run.prepare();
}

/** Opens everything and listens. */
async function openRun(settings: Settings, ground: RunGround, parts: RunParts): Promise<Run> {
  const { dataDir } = ground;
  const { clock } = parts;
  const { mode, mysql, mongodb, redis, retentionDays } = settings;
  const { store, wires, warnings } = await parts.openGround({
    dataDir,
    startTimeoutMs: settings.startTimeout * 1_000,
    mysql,
    mongodb,
    redis,
    instanceId: crypto.randomUUID(),
  });
  refuseHalfFilled(store);
  if (mode === "debug") await store.noteDebugUse();
  else await refuseDebugTraces(store, { dataDir, modeSource: settings.modeSource });
  const secrets = settings.secrets ?? [await generatedSecret(dataDir, randomBytes)];
  await wires.requireCommon(secrets);
  const hasher = openHashPool(settings.bcryptCost);
  const ofProcess = (): Figures =>
    new Map([
      ["descriptors_available", ground.descriptors.available],
      ...diskFigures(dataDir, store),
    ]);
  const made = { ...ground, settings, secrets, store, wires, hasher, ofProcess };
  const front = settings.workers > 1
    ? await parts.listenByIsolates(made, parts)
    : await listenHere(made, parts);
  const control = openControl(made, front, clock);
  const renewal = watchTls(made, front, clock);
  const { messages, sessions } = store;
  const sweeper = new Sweeper({ messages, sessions, clock, retentionDays });
  const eraser = new Eraser(new Erasing({ store, news: new ErasureNews(front.news), clock }), clock);
  const stop = async (signal: Deno.Signal): Promise<void> => {
    log.info("Ending on {signal}", { signal });
    await runShutdown([
      { name: "the control socket", withinMs: STEP_MS.control, run: () => control?.[Symbol.asyncDispose]() },
      { name: "the certificate", withinMs: STEP_MS.control, run: () => renewal?.[Symbol.asyncDispose]() },
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

/** Watches the certificate, if there is one that can be renewed, and looks at once when told by SIGHUP. */
function watchTls({ settings, tls }: Made, { renewTls }: Front, clock: Clock): TlsWatch | null {
  if (settings.tls === null || tls === null || !CAN_SHARE_PORTS) return null;
  const watch = new TlsWatch({ paths: settings.tls, present: tls, clock, renew: renewTls });
  Deno.addSignalListener("SIGHUP", () => void watch.look());
  return watch;
}
