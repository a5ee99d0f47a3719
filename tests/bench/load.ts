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
  load_waited: z.number().default(0),
  database_cpu: z.number().default(0),
  memory: z.number(),
  memory_before: z.number(),
  signed_in: z.number().default(0),
  turned_away: z.number().default(0),
  failed: z.number().default(0),
  slowest_refusal: z.number().default(0),
  flooded: z.number().default(0),
  memory_peak: z.number().default(0),
  arrived: z.number().default(0),
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
  /** People who sign in at once when counting begins (paced). */
  readonly signIns?: number;
  /** People to whom one more person writes as fast as they are answered (paced), and whether they read it. */
  readonly flood?: { readonly readers: number; readonly reads: boolean };
  /** Others who come one by one within five seconds of the beginning (paced); not together with a flood. */
  readonly comers?: number;
}

/** Puts load on a target. Throws when it lost sockets, was refused, could not keep its pace or failed to sign in. */
export async function run(program: string, target: Target, load: Load): Promise<Figures> {
  const figures = await drive(program, target, load);
  const { lost, refused, late, failed } = figures;
  if (lost + refused + late + failed > 0) {
    throw new Error(
      `The ${target.dialect} run "${load.mode}" lost ${lost}, was refused ${refused}, was late ${late}, ` +
        `and ${failed} sign-ins failed`,
    );
  }
  return figures;
}

/** Puts load on a target and tells what came of it, whatever that is. */
export async function drive(program: string, target: Target, load: Load): Promise<Figures> {
  const { mode, sockets, seconds, amount } = load;
  const pids = target.databasePid === null ? target.pid : `${target.pid},${target.databasePid}`;
  const dialect = target.tokens === null ? target.dialect : `${target.dialect}=${target.tokens}`;
  const words = [mode, target.port, dialect, sockets, seconds, amount, pids, ...others(load)];
  const printed = await runQuietly("taskset", ["-c", "1", program, ...words.map(String)]);
  return Figures.parse(JSON.parse(printed));
}

/** The words that say who comes beside the sockets. */
function others({ signIns, flood, comers }: Load): readonly (string | number)[] {
  if (flood !== undefined) return [signIns ?? 0, `${flood.reads ? "read" : "unread"}=${flood.readers}`];
  if (comers !== undefined) return [signIns ?? 0, `come=${comers}`];
  return signIns === undefined ? [] : [signIns];
}
