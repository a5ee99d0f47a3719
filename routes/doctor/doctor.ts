/**
 * Looks at everything a server needs, side by side, in bounded time.
 *
 * @module
 */
import { join } from "node:path";
import type { Clock } from "../../db/clock.ts";
import type { Inspectors } from "../../db/inspection.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "../../db/places.ts";
import type { Settings } from "../server/settings.ts";
import { SettingsError } from "../server/settings_error.ts";
import type { Given } from "../server/sources.ts";
import { ask, askHere } from "./asking.ts";
import { certificateCheck } from "./certificate.ts";
import { type Check, fault, type Finding, type Patient, reasonOf, warning } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { dataDirCheck } from "./data_dir.ts";
import { databasesCheck } from "./databases.ts";
import { diskCheck, fileSystemCheck } from "./disk.ts";
import { forwardingCheck } from "./forwarding.ts";
import { descriptorsFindings, memoryCheck } from "./limits.ts";
import { portCheck } from "./port.ts";
import { publicUrlCheck } from "./public_url.ts";
import { secretCheck } from "./secret.ts";
import { settingsCheck } from "./settings.ts";
import { webSocketCheck } from "./websocket.ts";

export type { Finding, Level } from "./check.ts";

/** In the order in which they are told. */
const CHECKS: readonly Check[] = [
  settingsCheck,
  portCheck,
  dataDirCheck,
  diskCheck,
  fileSystemCheck,
  secretCheck,
  memoryCheck,
  databasesCheck,
  clockCheck,
  certificateCheck,
  publicUrlCheck,
  webSocketCheck,
  forwardingCheck,
];

/** What one check may take, in ms; what several wait for is asked once. */
const CHECK_MS = 15_000;

/** What the doctor is given. */
export interface ExaminationOptions {
  /** Flags, environment and file, as a start would be given them. */
  readonly given: Given;
  /** Reads the settings out of them. Throws {@link SettingsError}. */
  readonly readSettings: () => Promise<Settings>;
  readonly inspectors: Inspectors<MysqlPlace, MongoPlace, RedisPlace>;
  readonly clock: Clock;
}

/** Every finding, in order. Never throws; takes at most 15 s beside a store that is read through. */
export async function examine(options: ExaminationOptions): Promise<readonly Finding[]> {
  let settings: Settings;
  try {
    settings = await options.readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [fault("settings", error.message, "Change that setting: the sentence says what is allowed")];
  }
  // Before anything else is open.
  const early = descriptorsFindings(options.given.ini?.path ?? settings.dataDir);
  const patient = await patientOf(settings, options);
  const rest = await Promise.all(CHECKS.map((check) => bounded(check, patient, options.clock)));
  return [...early, ...rest.flat()];
}

/** Whether nothing is wrong; warnings do not count. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== "fault");
}

async function patientOf(settings: Settings, options: ExaminationOptions): Promise<Patient> {
  const { given, inspectors, clock } = options;
  const { mysql, mongodb, redis, publicUrl, port, dataDir } = settings;
  const secrets = settings.secrets ?? await storedSecret(dataDir);
  const asking = { secrets, clock };
  return {
    settings,
    given,
    secrets,
    inspectors,
    clock,
    server: port === 0 ? Promise.resolve(null) : askHere(settings, asking),
    publicly: publicUrl === null ? Promise.resolve(null) : ask({ url: publicUrl, ...asking }),
    databases: [
      ...(mysql === null ? [{ name: "store", inspection: inspectors.embedded(dataDir) }] : []),
      ...(mysql === null ? [] : [{ name: "MySQL", inspection: inspectors.mysql(mysql) }]),
      ...(mongodb === null ? [] : [{ name: "MongoDB", inspection: inspectors.mongodb(mongodb) }]),
      ...(redis === null ? [] : [{ name: "Redis", inspection: inspectors.redis(redis) }]),
    ],
  };
}

/** Read and never made: that is the start's. */
async function storedSecret(dataDir: string): Promise<readonly string[] | null> {
  const text = await Deno.readTextFile(join(dataDir, "secret")).catch(() => "");
  return text.trim() === "" ? null : [text.trim()];
}

async function bounded(check: Check, patient: Patient, clock: Clock): Promise<readonly Finding[]> {
  const late = Promise.withResolvers<readonly Finding[]>();
  const timer = clock.after(CHECK_MS, () => {
    const seen = `This took more than ${CHECK_MS / 1_000} s and was given up`;
    late.resolve([warning(check.name, seen, "Look whether the machine or its network is overloaded")]);
  });
  try {
    return await Promise.race([run(check, patient), late.promise]);
  } finally {
    timer.cancel();
  }
}

async function run(check: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await check.run(patient);
  } catch (error) {
    return [
      fault(
        check.name,
        `This could not be looked at: ${reasonOf(error)}`,
        "Run it as the user of the server",
      ),
    ];
  }
}
