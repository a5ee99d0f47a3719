/**
 * `deno task crowd --clients 10000`: the program ends under a crowd, by SIGTERM and by SIGKILL, and starts again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { say } from "../support/say.ts";
import { described, type Report, restartUnderCrowd } from "./round.ts";

const USAGE = "usage: deno task crowd [--clients N]\n  --clients  how many there are; 10000";
/** Clients of one process, which needs a descriptor for each. */
const MOST_OF_ONE = 5_000;
/** Of how many one writes. */
const ONE_WRITES_OF = 25;
const BACK_MS = 60_000;
const END_MS = 10_000;

function isGood({ code, endedMs, backMs, ...report }: Report): boolean {
  return (code === null || code === 0 && endedMs < END_MS) && (backMs.at(-1) ?? Infinity) < BACK_MS &&
    report.lost + report.doubled + report.reordered + report.unsent + report.unseen === 0 &&
    report.mostSyncs <= 1;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { clients: { type: "string", default: "10000" } },
  });
  const asked = Number(values.clients);
  if (!Number.isInteger(asked) || asked < 4) {
    say(USAGE);
    return 2;
  }
  const processes = Math.max(2, Math.ceil(asked / MOST_OF_ONE));
  // Pairs, in each process.
  const each = 2 * Math.ceil(asked / processes / 2);
  const writers = Math.max(2, 2 * Math.round(each / ONE_WRITES_OF / 2));
  let allGood = true;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const options = { signal, clients: each * processes, processes, writers };
    const report = await restartUnderCrowd(options);
    say(described(options, report));
    allGood &&= isGood(report);
  }
  return allGood ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
