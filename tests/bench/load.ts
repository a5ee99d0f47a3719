/**
 * Runs the load generator, pinned to core 1, and reads its figures.
 *
 * @module
 */
import { z } from "zod";
import { runQuietly } from "../support/run.ts";
import type { Target } from "./servers.ts";

const Figures = z.object({
  sockets: z.number(),
  lost: z.number(),
  acked: z.number(),
  delivered: z.number(),
  refused: z.number(),
  late: z.number(),
  upgrades: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
  server_cpu: z.number(),
  load_cpu: z.number(),
  memory: z.number(),
  memory_before: z.number(),
  memory_half: z.number(),
});

/** What one run of the load generator saw: rates a second, latencies in ms, CPU in cores, memory in KiB. */
export type Figures = z.infer<typeof Figures>;

/** One run: how many sockets, for how long, and how much on each or in all. */
export interface Load {
  readonly mode: "saturate" | "paced" | "idle" | "upgrade";
  readonly sockets: number;
  readonly seconds: number;
  /** Messages in flight for each socket (saturate) or a second over all (paced). */
  readonly amount: number;
}

/** Puts load on a target. Throws when it lost sockets, was refused or could not keep its pace. */
export async function run(program: string, target: Target, load: Load): Promise<Figures> {
  const { mode, sockets, seconds, amount } = load;
  const words = [mode, target.port, target.dialect, sockets, seconds, amount, target.pid].map(String);
  const printed = await runQuietly("taskset", ["-c", "1", program, ...words]);
  const figures = Figures.parse(JSON.parse(printed));
  const { lost, refused, late } = figures;
  if (lost + refused + late > 0) {
    throw new Error(
      `The ${target.dialect} run "${mode}" lost ${lost}, was refused ${refused}, was late ${late}`,
    );
  }
  return figures;
}
