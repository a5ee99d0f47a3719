/**
 * People who never read while somebody writes to them as fast as they are answered: what that costs in memory, and
 * what it does to the messages of the others.
 *
 * @module
 */
import { closesOf } from "../support/figures.ts";
import { type Figures, run } from "./load.ts";
import type { Measure, Row, Sample } from "./measure.ts";

const READERS = 100;
/** Others, and what they write in a second. */
const SOCKETS = 20;
const RATE = 200;
/** What may wait for one who does not read, and what all of it may cost beside that, in MiB. */
const CAP_MIB = 1;
const BESIDE_MIB = 50;
/** How much longer others may take than while those who are flooded read. */
const FACTOR = 2;
/** The close of those for whom too much waits. */
const SLOW = 4413;
const KIB_A_MIB = 1_024;
/** A heap that was never full grows whatever happens, so the server is made to work before, for so long in s. */
const WARM_UP_SECONDS = 20;
/** A run that is only to show that it goes needs none of that. */
const SHORT_SECONDS = 3;

/** Writes without limits to those who read, and to those who do not. */
export const SLOW_READERS: Measure = {
  name: "readers",
  title: `Latency at ${RATE} messages a second while somebody floods ${READERS} people, ms`,
  meaning: "one more person, without limits, writes 4 000 characters to each in turn, 64 in flight; " +
    "those who never read are closed once 1 MiB waits for them",
  rows: [
    ...latencyRows("quiet"),
    ...latencyRows("read"),
    ...latencyRows("unread"),
    // The flood itself: without limits one sender takes the whole core.
    { key: "to_quiet", text: "p99 of unread to quiet", digits: 2 },
    { key: "to_read", text: "p99 of unread to read", digits: 2, better: "less", most: FACTOR },
    { key: "closed", text: `closed 4413 of ${READERS}`, digits: 0 },
    { key: "read_rate", text: "flooded/s, read", digits: 0 },
    { key: "unread_rate", text: "flooded/s, unread", digits: 0 },
    {
      key: "growth",
      text: "memory at its peak, unread, MiB more",
      digits: 0,
      better: "less",
      most: READERS * CAP_MIB + BESIDE_MIB,
    },
  ],
  needsAccounts: false,
  needsChat: true,
  saturates: false,
  run: async (contender, { load, seconds }) => {
    await using target = await contender.start({});
    const busy = seconds < SHORT_SECONDS ? seconds : Math.max(seconds, WARM_UP_SECONDS);
    await run(load, target, { mode: "saturate", sockets: SOCKETS, amount: 8, seconds: busy });
    const paced = { mode: "paced", sockets: SOCKETS, amount: RATE, seconds } as const;
    const quiet = await run(load, target, paced);
    const read = await run(load, target, { ...paced, flood: { readers: READERS, reads: true } });
    const unread = await run(load, target, { ...paced, flood: { readers: READERS, reads: false } });
    const closed = await closesOf(target.url, SLOW);
    return {
      ...named("quiet", quiet),
      ...named("read", read),
      ...named("unread", unread),
      to_quiet: unread.p99 / quiet.p99,
      to_read: unread.p99 / read.p99,
      closed,
      // Not from before the run: what those who read had is used again.
      growth: (unread.memory_peak - quiet.memory) / KIB_A_MIB,
    };
  },
};

function latencyRows(when: "quiet" | "read" | "unread"): readonly Row[] {
  return [
    { key: `${when}_p50`, text: `p50, ${when}`, digits: 2 },
    { key: `${when}_p99`, text: `p99, ${when}`, digits: 2 },
  ];
}

function named(when: "quiet" | "read" | "unread", { p50, p99, flooded }: Figures): Sample {
  return { [`${when}_p50`]: p50, [`${when}_p99`]: p99, [`${when}_rate`]: flooded };
}
