/**
 * Measures that are one run of the load generator.
 *
 * @module
 */
import { type Figures, type Load, run } from "./load.ts";
import type { Measure, Sample } from "./measure.ts";
import type { Target, Wanted } from "./servers.ts";

/** A measure but for how it runs. */
export interface UnderLoad extends Omit<Measure, "run" | "needsAccounts" | "saturates"> {
  /** Takes the seconds of the run where it names none. */
  readonly load: Omit<Load, "seconds"> & Partial<Pick<Load, "seconds">>;
  /** How often the seconds of the run; 1. */
  readonly times?: number;
  /** What the run wants of the server. */
  readonly wanted?: Wanted;
  /** Whether ours is told that its clients take arrays. */
  readonly takesArrays?: true;
}

/** A measure that every contender can be put to. */
export function underLoad({ load, times = 1, wanted = {}, takesArrays, ...measure }: UnderLoad): Measure {
  return {
    ...measure,
    needsAccounts: false,
    saturates: load.mode === "saturate",
    run: async (contender, { load: program, seconds }) => {
      await using target = await contender.start(wanted);
      const isTold = takesArrays === true && contender.kind === "program";
      const told: Target = isTold ? { ...target, dialect: "chat-arrays" } : target;
      return sampleOf(await run(program, told, { seconds: seconds * times, ...load }), target);
    },
  };
}

function sampleOf({ database_cpu: databaseCpu, ...figures }: Figures, { databasePid }: Target): Sample {
  return {
    ...figures,
    ...(databasePid === null ? {} : { database_cpu: databaseCpu }),
    each: (figures.memory - figures.memory_before) / figures.sockets,
    each_peak: (figures.memory_peak - figures.memory_before) / figures.sockets,
  };
}
