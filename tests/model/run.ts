/**
 * Runs the model test: many scenarios, each against a server of its own.
 *
 * @module
 */
import fc from "fast-check";
import { perform } from "./acts.ts";
import { endRun } from "./ending.ts";
import { Figures } from "./figures.ts";
import { Place } from "./place.ts";
import { type Scenario, scenarios, SETTLED, type Size } from "./scenario.ts";
import { World } from "./world.ts";

/** Which scenarios. */
export interface Wish {
  readonly runs: number;
  readonly seed: number;
  /** The way to one of them, as a failure names it. */
  readonly path?: string;
  /** Steps of the longest. */
  readonly maxSteps?: number;
  /** On how many instances; default: any. */
  readonly size?: Size;
  /** Told now and then how many runs are done. */
  readonly onProgress?: (runs: number) => void;
}

/** What came of it. */
export interface Report {
  readonly figures: Figures;
  /** What failed and how to see it again; null: nothing. */
  readonly failure: string | null;
}

/** Steps of the longest history unless it is said. */
export const MAX_STEPS = 70;
const PROGRESS_EVERY = 500;
/** How long a failing history is made shorter, in ms. */
const SHORTEN_MS = 60_000;

/** Plays scenarios until one fails, which is then made as short as it can be. */
export async function runModel(wish: Wish): Promise<Report> {
  const { runs, seed, path, maxSteps = MAX_STEPS, size = "any", onProgress } = wish;
  await using place = await Place.make();
  const figures = new Figures();
  let failedAt = Infinity;
  const property = fc.asyncProperty(scenarios(maxSteps, size), async (scenario) => {
    // What is not tried any more counts as right, so that the shortest until now stays.
    if (performance.now() - failedAt > SHORTEN_MS) return;
    try {
      await play(scenario, place, figures);
    } catch (error) {
      failedAt = Math.min(failedAt, performance.now());
      throw error;
    }
    figures.count("runs");
    if (figures.of("runs") % PROGRESS_EVERY === 0) onProgress?.(figures.of("runs"));
  });
  const details = await fc.check(property, { seed, numRuns: runs, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return { figures, failure: null };
  const { counterexample, counterexamplePath, errorInstance, numRuns, numShrinks } = details;
  const [scenario] = counterexample ?? [];
  return {
    figures,
    failure: [
      `The model test failed in run ${numRuns}, after ${numShrinks} times shorter:`,
      scenario === undefined ? "" : describe(scenario),
      errorInstance instanceof Error ? errorInstance.stack ?? errorInstance.message : String(errorInstance),
      `Again: deno task test:model --seed ${seed} --path "${counterexamplePath}"${
        maxSteps === MAX_STEPS ? "" : ` --steps ${maxSteps}`
      }${size === "any" ? "" : ` --size ${size}`}`,
    ].join("\n"),
  };
}

/** Plays one scenario. Throws where something does not hold. */
async function play({ setting, steps }: Scenario, place: Place, figures: Figures): Promise<void> {
  using world = await World.begin(setting, place, figures);
  for (const device of world.devices) await world.connect(device, world.server(device.index));
  await world.pass(SETTLED);
  for (const { visit } of world.devices) {
    visit?.device.sync(visit, { have: new Map(), since: null, limit: 50 });
  }
  await world.pass(SETTLED);
  for (const step of steps) await perform(world, step);
  await endRun(world);
  await world.stop();
}

/** A scenario, a line for each device and step. */
function describe({ setting, steps }: Scenario): string {
  const { devices, ...rest } = setting;
  return [
    `  ${JSON.stringify(rest)}`,
    ...devices.map((kind, index) =>
      `  device ${index} of user ${index % setting.users + 1}: ${JSON.stringify(kind)}`
    ),
    ...steps.map((step, index) => `  ${index + 1}. ${JSON.stringify(step)}`),
  ].join("\n");
}
