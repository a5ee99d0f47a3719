/**
 * Whether the disk has room, and SQLite works on its file system.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { type Check, fault, type Finding, ok, warning } from "./check.ts";

const SPACE = "disk";
const FILES = "file system";
const MEBIBYTE = 1_048_576;
/** Below the first nothing can be stored soon, below the second it is time, in MiB. */
const FAULT_BELOW = 64;
const WARN_BELOW = 1_024;
const FEW_INODES = 1_000;

/** Numbers of Linux for file systems that lie elsewhere, where locks and shared memory may not be what they seem. */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x517b, "SMB"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd3, "Lustre"],
  [0x5346414f, "AFS"],
  [0x786f4256, "a folder of the virtual machine's host"],
]);

/** Space and inodes of the data directory. */
export const diskCheck: Check = {
  name: SPACE,
  async run({ settings }): Promise<readonly Finding[]> {
    const path = resolve(settings.dataDir);
    if (!await exists(path)) return [];
    const { bavail, bsize, files, ffree } = await statfs(path);
    const free = Math.floor(bavail * bsize / MEBIBYTE);
    const advice = "Make room, or move the data directory to a larger disk";
    if (free < FAULT_BELOW) return [fault(SPACE, `Only ${free} MiB are free at ${path}`, advice)];
    if (files > 0 && ffree < FEW_INODES) {
      return [
        fault(SPACE, `Only ${ffree} files can still be made at ${path}`, "Remove files that nobody needs"),
      ];
    }
    if (free < WARN_BELOW) return [warning(SPACE, `Only ${free} MiB are free at ${path}`, advice)];
    return [ok(SPACE, `${free} MiB are free at ${path}`)];
  },
};

/** Whether logs and locks of the embedded store work. */
export const fileSystemCheck: Check = {
  name: FILES,
  async run({ settings, inspectors }): Promise<readonly Finding[]> {
    const path = resolve(settings.dataDir);
    if (settings.mysql !== null || !await exists(path)) return [];
    const { type, bavail, bsize } = await statfs(path);
    const network = Deno.build.os === "linux" ? NETWORK.get(type) : undefined;
    // Told as a full disk.
    if (bavail * bsize < MEBIBYTE) return [];
    const { seen, remarks } = await inspectors.fileSystem(path);
    if (remarks.length > 0) return remarks.map((one) => ({ check: FILES, ...one }));
    if (network === undefined) return [ok(FILES, seen)];
    return [
      warning(
        FILES,
        `${path} lies on ${network}, where locks are not always kept`,
        "Put the data directory on a disk of this machine",
      ),
    ];
  },
};

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
