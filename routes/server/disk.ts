/**
 * What the embedded store takes of the disk, and what is left there.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import type { Store } from "../../db/store.ts";

/** For /metrics; what cannot be told is left out: the executable gave up asking the disk when it had started. */
export function diskFigures(dataDir: string, store: Pick<Store, "sizeBytes">): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  const size = store.sizeBytes?.();
  if (size !== undefined) figures.set("store_bytes", size);
  const free = freeBytes(dataDir);
  if (free !== null) figures.set("disk_free_bytes", free);
  return figures;
}

function freeBytes(dataDir: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return Number(bavail) * Number(bsize);
  } catch {
    return null;
  }
}
