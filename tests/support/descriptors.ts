/**
 * What a process has open, seen from outside. Linux only.
 *
 * @module
 */
import { runQuietly } from "./run.ts";

/** How many descriptors a process has open. */
export async function openDescriptors(pid: number): Promise<number> {
  return (await runQuietly("ls", [`/proc/${pid}/fd`])).trim().split("\n").length;
}
