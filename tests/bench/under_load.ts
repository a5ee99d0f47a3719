/**
 * Measures that are one run of the load generator.
 *
 * @module
 */
import { type Figures, type Load, run } from "./load.ts";
import type { Measure, Sample } from "./measure.ts";
import type { Target } from "./servers.ts";

/** A measure but for how it runs. */
export interface UnderLoad extends Omit<Measure, "run" | "needsAccounts" | "saturates"> {
  /** Takes the seconds of the run where it names none. */
  readonly load: Omit<Load, "seconds"> & Partial<Pick<Load, "seconds">>;
}

/** A measure that every contender can be put to. */
export function underLoad({ load, ...measure }: UnderLoad): Measure {
  return {
    ...measure,
    needsAccounts: false,
    saturates: load.mode === "saturate",
    run: async (contender, { load: program, seconds }) => {
      await using target = await contender.start({});
      return sampleOf(await run(program, target, { seconds, ...load }), target);
    },
  };
}

function sampleOf({ database_cpu: databaseCpu, ...figures }: Figures, { databasePid }: Target): Sample {
  const half = figures.sockets / 2;
  return {
    ...figures,
    ...(databasePid === null ? {} : { database_cpu: databaseCpu }),
    first: (figures.memory_half - figures.memory_before) / half,
    per_connection: (figures.memory - figures.memory_half) / half,
  };
}
