/**
 * `deno task soak`: the server at half of what it can take, for a long time. After a warm-up its memory must not rise,
 * and at the end it must have given every descriptor back.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { HERE } from "../bench/checkouts.ts";
import { drive, type Figures, type Load, run } from "../bench/load.ts";
import { startChat, type Target } from "../bench/servers.ts";
import { buildLoad, missingForLoad } from "../bench/tools.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { type Sample, slopePerHour, Watch } from "./figures.ts";

const USAGE = `usage: deno task soak [--minutes N] [--rate N]
  --minutes  how long; 30. The slope of memory is bounded from 15 on: the first five warm up
  --rate     messages a second; half of what the server can take here, which is measured first`;

const SOCKETS = 100;
/** What the server can take is measured so, on a server of its own. */
const SATURATION = { mode: "saturate", sockets: SOCKETS, seconds: 10, amount: 8 } as const;
/** Between two looks, in ms. */
const LOOK_MS = 5_000;
const ROW_SECONDS = 60;
const WARM_UP_SECONDS = 300;
const BOUNDED_FROM_MINUTES = 15;
/** The most that memory may rise by, in MiB an hour. */
const MAX_SLOPE = 5;
const BACK_MS = 60_000;

/** Prints what was seen a minute at a time. */
class Table {
  #minute: Sample[] = [];

  head(): void {
    say("| minute | RSS, MiB: least | mean | most | descriptors |\n| ---: | ---: | ---: | ---: | ---: |");
  }

  add(sample: Sample): void {
    this.#minute.push(sample);
    if (this.#minute.length < ROW_SECONDS * 1_000 / LOOK_MS) return;
    const sizes = this.#minute.map(({ mebibytes }) => mebibytes);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const row = [Math.min(...sizes), mean, Math.max(...sizes)].map((size) => size.toFixed(1));
    const minute = Math.round(sample.seconds / ROW_SECONDS);
    say(`| ${[minute, ...row, sample.descriptors].join(" | ")} |`);
    this.#minute = [];
  }
}

/** Messages a second that a fresh server acknowledges at the most. */
async function saturation(program: string): Promise<number> {
  await using target = await startChat(HERE, {});
  return (await run(program, target, SATURATION)).acked;
}

/** Runs the load while memory and descriptors are looked at. */
async function soak(
  program: string,
  { target, load }: { readonly target: Target; readonly load: Load },
): Promise<{ readonly figures: Figures; readonly samples: readonly Sample[] }> {
  const table = new Table();
  table.head();
  const watch = new Watch(target.pid, LOOK_MS, (sample) => table.add(sample));
  try {
    const figures = await drive(program, target, load);
    return { figures, samples: await watch.stop() };
  } finally {
    await watch.stop();
  }
}

/** Whether the server gave back what the load had of it. */
async function givesBack({ pid }: Target, base: number): Promise<boolean> {
  let after = 0;
  const isBack = await until("the descriptors are back", async () => {
    after = await openDescriptors(pid);
    return after <= base;
  }, BACK_MS).then(() => true, () => false);
  say(`descriptors before ${base}, after ${after}`);
  return isBack;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "30" },
      rate: { type: "string", default: "0" },
    },
  });
  if (!/^[1-9][0-9]{0,3}$/.test(values.minutes) || !/^[0-9]{1,5}$/.test(values.rate)) {
    say(USAGE);
    return 2;
  }
  const missing = await missingForLoad();
  if (missing.length > 0) {
    say(`Cannot soak: there is no ${missing.join(", no ")}`);
    return 2;
  }
  const minutes = Number(values.minutes);
  const program = await buildLoad();
  const rate = Number(values.rate) || Math.round(await saturation(program) / 2);
  say(`${SOCKETS} sockets, ${rate} messages/s, ${minutes} minutes`);
  await using target = await startChat(HERE, {});
  const base = await openDescriptors(target.pid);
  const load = { mode: "paced", sockets: SOCKETS, seconds: minutes * 60, amount: rate } as const;
  const { figures, samples } = await soak(program, { target, load });
  const { acked, delivered, p50, p99, server_cpu: cpu, lost, refused, late } = figures;
  say(
    `${acked.toFixed()} acknowledged/s, ${delivered.toFixed()} delivered/s, p50 ${p50.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms, server ${cpu.toFixed(2)} cores`,
  );
  say(`${lost} sockets lost, ${refused} messages refused, ${late} sent late`);
  const isBack = await givesBack(target, base);
  const isBounded = minutes >= BOUNDED_FROM_MINUTES;
  const warm = samples.filter(({ seconds }) => !isBounded || seconds >= WARM_UP_SECONDS);
  const slope = slopePerHour(warm);
  const bound = isBounded ? `of at most ${MAX_SLOPE}` : "without a bound, as it is too short";
  say(`RSS rises by ${slope.toFixed(1)} MiB/h, ${bound}`);
  return lost === 0 && isBack && (!isBounded || slope <= MAX_SLOPE) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
