/**
 * `deno task torture`: a crowd writes as fast as it is answered while servers are killed, networks misbehave and
 * others come and go; nothing acknowledged may be lost, doubled or reordered. {@link USAGE} says how to call it.
 *
 * @module
 */
import { openDescriptors } from "../support/descriptors.ts";
import { seeded } from "../support/lossy_bus.ts";
import { say } from "../support/say.ts";
import { until } from "../support/until.ts";
import { runTask } from "../support/task.ts";
import { type Counts, Crowd } from "./crowd.ts";
import { described, Watch } from "./figures.ts";
import { type Ground, GROUNDS } from "./grounds.ts";
import { churn, killMoments, trouble } from "./troubles.ts";
import { readWishes, USAGE, type Wishes } from "./wishes.ts";

/** A kill comes up to this much after its moment, so that it hits any place of a commit, in ms. */
const JITTER_MS = 30;
/** Between two looks at memory and descriptors, in ms. */
const LOOK_MS = 500;
const BACK_MS = 60_000;

/** How far a run is: by messages or by time, whichever is further. */
class Way {
  readonly #crowd: Crowd;
  readonly #wishes: Wishes;
  readonly #begun = performance.now();

  constructor(crowd: Crowd, wishes: Wishes) {
    this.#crowd = crowd;
    this.#wishes = wishes;
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1_000;
  }

  /** Resolves at a share of the way. */
  async reached(share: number): Promise<void> {
    const { messages, minutes } = this.#wishes;
    const isThere = (): boolean =>
      this.#crowd.acknowledged >= share * messages || this.seconds >= share * minutes * 60;
    await until(`${Math.round(share * 100)} % of the way are done`, isThere, (minutes + 5) * 60_000);
  }
}

/** What a run came to. */
interface Report extends Counts {
  readonly kills: number;
  readonly died: number;
  readonly isBack: boolean;
}

async function killAll(
  ground: Ground,
  { crowd, way, wishes, random }: {
    readonly crowd: Crowd;
    readonly way: Way;
    readonly wishes: Wishes;
    readonly random: () => number;
  },
): Promise<void> {
  for (const [at, moment] of killMoments(wishes.kills, random).entries()) {
    await way.reached(moment);
    const ms = Math.floor(JITTER_MS * random());
    await new Promise((resolve) => setTimeout(resolve, ms));
    const { acknowledged } = crowd;
    await ground.kill();
    await crowd.goesOn(1);
    const place = `${(moment * 100).toFixed(1)} % and ${ms} ms`;
    say(
      `kill ${
        at + 1
      } of ${wishes.kills} at ${place}, ${acknowledged} acknowledged, ${way.seconds.toFixed()} s`,
    );
  }
}

/** Everything that is done to the ground, until the way is over; then everybody finishes. */
async function torture(ground: Ground, crowd: Crowd, wishes: Wishes): Promise<void> {
  const random = seeded(wishes.seed);
  const way = new Way(crowd, wishes);
  const ending = new AbortController();
  const around = Promise.all([
    trouble(ground, seeded(wishes.seed + 1), ending.signal),
    churn(ground, seeded(wishes.seed + 2), ending.signal),
  ]);
  try {
    await killAll(ground, { crowd, way, wishes, random });
    const watches = ground.pids().map((pid) => new Watch(pid, LOOK_MS));
    await way.reached(1);
    for (const watch of watches) say(`without kills: ${described(await watch.stop())}`);
  } finally {
    ending.abort();
    const [faults, visits] = await around;
    say(`faults: ${faults}`);
    say(`visits: ${visits}`);
  }
  await crowd.finish();
  const rate = crowd.acknowledged / way.seconds;
  say(`${way.seconds.toFixed()} s, ${rate.toFixed()} messages/s, ${crowd.connections} connections`);
}

/** Whether every server has given back what the crowd had of it. */
async function givesBack(ground: Ground, before: number): Promise<boolean> {
  let after: readonly number[] = [];
  try {
    await until("the descriptors are back", async () => {
      after = await Promise.all(ground.pids().map(openDescriptors));
      return after.every((count) => count <= before + ground.spare);
    }, BACK_MS);
    return true;
  } catch {
    return false;
  } finally {
    say(`descriptors before anybody came ${before}, after all have left ${after.join(" and ")}`);
  }
}

async function run(wishes: Wishes): Promise<Report> {
  await using ground = await GROUNDS[wishes.ground](seeded(wishes.seed + 3));
  say(`seed ${wishes.seed}; ${ground.name}; ${wishes.messages} messages, ${wishes.kills} kills`);
  const before = Math.max(...await Promise.all(ground.pids().map(openDescriptors)));
  let counts: Counts;
  {
    await using crowd = new Crowd(() => ground.next(), ground.pairs);
    await torture(ground, crowd, wishes);
    counts = await crowd.compare(ground.straight());
    for (const fault of crowd.faults.slice(0, 20)) say(`!! ${fault}`);
    say(`${crowd.refusals} messages were refused for the moment and sent again`);
  }
  const isBack = await givesBack(ground, before);
  return { ...counts, kills: wishes.kills, died: ground.died, isBack };
}

async function main(wishes: Wishes): Promise<number> {
  const { acknowledged, lost, doubled, reordered, kills, died, isBack } = await run(wishes);
  say(
    `${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${reordered} reordered; ` +
      `${kills} kills, ${died} died by themselves`,
  );
  if (acknowledged < wishes.messages) say(`ended by the clock, before ${wishes.messages} were acknowledged`);
  return lost + doubled + reordered + died === 0 && isBack ? 0 : 1;
}

if (import.meta.main) {
  Deno.exit(await runTask({ usage: USAGE, read: readWishes, run: main }, Deno.args));
}
