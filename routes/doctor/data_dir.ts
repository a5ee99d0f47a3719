/**
 * Whether the data directory and the secret in it are for their owner alone.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { type Check, fault, type Finding, ok, warning } from "./check.ts";

const NAME = "data directory";
const OTHERS = 0o077;
/** What of the directory nobody else may read. */
const FILES = ["secret", "chat.db", "chat.db-wal", "lock.db", "control.sock"] as const;

/** Rights and owner. */
export const dataDirCheck: Check = {
  name: NAME,
  async run({ settings }): Promise<readonly Finding[]> {
    const path = resolve(settings.dataDir);
    const info = await statOf(path);
    if (info === null) {
      return [
        warning(
          NAME,
          `${path} does not exist yet`,
          "The first start makes it; look at CHAT_DATA_DIR if it ran",
        ),
      ];
    }
    if (!info.isDirectory) return [fault(NAME, `${path} is no directory`, "Choose another CHAT_DATA_DIR")];
    const wrong: Finding[] = [];
    if (isOpen(info)) {
      wrong.push(
        fault(NAME, `Other users can look into ${path} (mode ${modeOf(info)})`, `Run: chmod 700 ${path}`),
      );
    }
    const uid = Deno.uid();
    if (uid !== null && uid !== 0 && info.uid !== uid) {
      wrong.push(
        fault(
          NAME,
          `${path} belongs to user ${info.uid}, and this is user ${uid}`,
          `Run: chown -R ${uid} ${path}`,
        ),
      );
    }
    for (const file of FILES) wrong.push(...await fileFindings(join(path, file), info.uid));
    return wrong.length > 0 ? wrong : [ok(NAME, `${path} is for user ${info.uid} alone`)];
  },
};

async function fileFindings(path: string, owner: number | null): Promise<readonly Finding[]> {
  const info = await statOf(path);
  if (info === null) return [];
  if (isOpen(info)) {
    return [fault(NAME, `Other users can read ${path} (mode ${modeOf(info)})`, `Run: chmod 600 ${path}`)];
  }
  if (info.uid !== owner) {
    return [
      fault(
        NAME,
        `${path} belongs to user ${info.uid}, its directory to ${owner}`,
        `Run: chown ${owner} ${path}`,
      ),
    ];
  }
  return [];
}

function isOpen({ mode }: Deno.FileInfo): boolean {
  return Deno.build.os !== "windows" && ((mode ?? 0) & OTHERS) !== 0;
}

function modeOf({ mode }: Deno.FileInfo): string {
  return ((mode ?? 0) & 0o777).toString(8).padStart(4, "0");
}

async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
