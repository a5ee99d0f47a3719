/**
 * How many descriptors and how much memory a server started here would have.
 *
 * @module
 */
import { getHeapStatistics } from "node:v8";
import { Descriptors } from "../server/descriptors.ts";
import { type Check, fault, type Finding, ok, warning } from "./check.ts";

const DESCRIPTORS = "descriptors";
const MEMORY = "memory";
const MEBIBYTE = 1_048_576;
/** Below this a hundred people are too many. */
const FAULT_BELOW = 512;
const LEAST_MEMORY = 256;
/** What the engine may have for a heap in this much memory: else the system ends the process before it collects. */
const HEAP_SHARE = 0.9;

/**
 * Descriptors, found by opening what is at `path`: they are those of this process, started as the server would be.
 * Nothing else may run meanwhile.
 */
export function descriptorsFindings(path: string): readonly Finding[] {
  const { available, few } = new Descriptors(path);
  if (few === null) return [ok(DESCRIPTORS, `At least ${available} descriptors can be opened`)];
  if (few === 0) return [ok(DESCRIPTORS, `They are counted once there is ${path}`)];
  const seen = `Only ${few} descriptors can be opened here, so at most ${Math.floor(few * 0.8)} sockets`;
  const advice =
    "Set LimitNOFILE=65536 in the unit, ulimits in compose, or run ulimit -n 65536 before the start";
  return [few < FAULT_BELOW ? fault(DESCRIPTORS, seen, advice) : warning(DESCRIPTORS, seen, advice)];
}

/** Memory of the machine, or of the group that this runs in. */
export const memoryCheck: Check = {
  name: MEMORY,
  run({ settings }): readonly Finding[] {
    const { total, available } = Deno.systemMemoryInfo();
    const group = groupLimit();
    const most = Math.floor(Math.min(total, group ?? total) / MEBIBYTE);
    const where = group === null ? "This machine" : "This control group";
    const free = Math.floor(available / MEBIBYTE);
    const heap = Math.floor(getHeapStatistics().heap_size_limit / MEBIBYTE);
    if (most < LEAST_MEMORY) {
      return [
        fault(MEMORY, `${where} has only ${most} MiB of memory`, `Give it ${LEAST_MEMORY} MiB or more`),
      ];
    }
    if (settings.limitMemory > most) {
      return [
        fault(
          MEMORY,
          `CHAT_LIMIT_MEMORY is ${settings.limitMemory} MiB, and there are ${most}`,
          `Set it to ${Math.floor(most * 0.8)} or less`,
        ),
      ];
    }
    if (heap > most * HEAP_SHARE && settings.limitMemory === 0) {
      return [
        warning(
          MEMORY,
          `The engine may take ${heap} MiB for its heap, and there are ${most}`,
          `Set CHAT_LIMIT_MEMORY to ${Math.floor(most * 0.8)}`,
        ),
      ];
    }
    return [ok(MEMORY, `${where} has ${most} MiB of memory, ${free} are free`)];
  },
};

/** What the control group may have, in bytes; null: no bound is known. */
function groupLimit(): number | null {
  for (const path of ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    try {
      const limit = Number(Deno.readTextFileSync(path).trim());
      if (limit > 0 && limit < 2 ** 50) return limit;
    } catch {
      // Not there, or the runtime does not let it be read.
    }
  }
  return null;
}
