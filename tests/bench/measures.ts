/**
 * Everything that is measured.
 *
 * @module
 */
import type { Goal, Measure, Row } from "./measure.ts";
import { LOGINS, storm } from "./sign_ins.ts";
import { SLOW_READERS } from "./slow_readers.ts";
import { START } from "./starts.ts";
import { underLoad } from "./under_load.ts";

/** Whom a server lets in where that is measured. */
const BY_TOKEN = "ours in release mode, each person by a token of their own whose session is in SQLite; " +
  "others let in whoever comes";

const CORES: readonly Row[] = [
  { key: "server_cpu", text: "server, cores", digits: 2 },
  { key: "load_cpu", text: "load generator, cores", digits: 2 },
  { key: "database_cpu", text: "database, cores", digits: 2 },
];

/** On a database it is to be at least so fast, as a share of what it is on SQLite. */
const DATABASE_SHARE = 0.8;
const SOCKETS = 100;
const IDLE_SOCKETS = 10_000;
/** The engine collects what thousands left who came at once within half a minute of rest. */
const IDLE_TIMES = 12;
const ACTIVE_SOCKETS = 1_000;
const COMERS = 1_000;
/** People who churn; nobody is back before 5 s at 1 000 upgrades a second. */
const CHURNING = 5_000;
const LATENCIES: readonly Row[] = [
  { key: "p50", text: "p50", digits: 2, better: "less" },
  { key: "p99", text: "p99", digits: 2, better: "less" },
  { key: "p999", text: "p99.9", digits: 2, better: "less" },
];

/** The rows of latency, some with goals. */
function latencies(goals: Readonly<Record<string, Goal>>): readonly Row[] {
  return LATENCIES.map((row) => {
    const goal = goals[row.key];
    return goal === undefined ? row : { ...row, goal };
  });
}

const SATURATING = { mode: "saturate", sockets: SOCKETS, amount: 8 } as const;
const RATES: readonly Row[] = [
  {
    key: "acked",
    text: "acknowledged/s",
    digits: 0,
    better: "more",
    share: DATABASE_SHARE,
    goalsBeside: { relay: { floor: 0.4, aim: 0.8 }, prototype: { floor: 0.7, aim: 1.2 } },
  },
  { key: "delivered", text: "delivered/s", digits: 0, better: "more" },
  ...CORES,
];

/** In the order of the table. */
export const MEASURES: readonly Measure[] = [
  underLoad({
    name: "messages",
    title: `Messages a second, ${SOCKETS} sockets, 8 in flight each`,
    meaning: "acknowledged as its server promises, and handed to the other person's socket",
    load: SATURATING,
    rows: RATES,
  }),
  underLoad({
    name: "arrays",
    title: "The same, of clients that take arrays",
    meaning: "ours may put what goes to one socket together; others have no such thing and are as above",
    load: SATURATING,
    takesArrays: true,
    rows: RATES,
  }),
  underLoad({
    name: "single",
    title: "Latency of 200 sockets with one message in flight each, ms",
    meaning: "from sending a message to its acknowledgement, upon which the next is sent",
    load: { mode: "saturate", sockets: 200, amount: 1 },
    rows: [
      { key: "acked", text: "acknowledged/s", digits: 0, better: "more" },
      ...latencies({ p99: { floor: 40, aim: 20 } }),
      ...CORES,
    ],
  }),
  underLoad({
    name: "active",
    title: `Latency of ${ACTIVE_SOCKETS} sockets with one message in flight each, ms`,
    meaning: 'as in "single"',
    load: { mode: "saturate", sockets: ACTIVE_SOCKETS, amount: 1 },
    rows: [
      { key: "acked", text: "acknowledged/s", digits: 0, better: "more" },
      ...latencies({ p999: { floor: 500, aim: 100 } }),
      ...CORES,
    ],
  }),
  underLoad({
    name: "paced",
    title: "Latency at 3 000 messages a second, 500 sockets, ms",
    meaning: "from the moment a message was due, sent or not, to its acknowledgement",
    load: { mode: "paced", sockets: 500, amount: 3_000 },
    rows: [...latencies({ p99: { floor: 10, aim: 5 }, p999: { floor: 25, aim: 10 } }), ...CORES],
  }),
  underLoad({
    name: "presence",
    title: `Latency of two people, 100 messages a second, while ${COMERS} others come in 5 s, ms`,
    meaning: 'as in "paced"; on a chat everybody sees everybody, and is told who comes',
    load: { mode: "paced", sockets: 2, amount: 100, seconds: 6, comers: COMERS },
    wanted: { env: { CHAT_PRESENCE_EVERYONE_BELOW: "5000" } },
    rows: [
      ...latencies({ p99: { floor: 100, aim: 30 } }),
      { key: "arrived", text: `came of ${COMERS}`, digits: 0 },
      ...CORES,
    ],
  }),
  underLoad({
    name: "idle",
    title: `Resident memory of ${IDLE_SOCKETS} idle connections`,
    meaning:
      `what the server process grew by, on average of the second half of ${IDLE_TIMES} times a run, for each socket ` +
      `that is open and says nothing; ${BY_TOKEN}`,
    load: { mode: "idle", sockets: IDLE_SOCKETS, amount: 0 },
    times: IDLE_TIMES,
    wanted: { people: IDLE_SOCKETS, signedIn: true },
    rows: [
      { key: "each", text: "KiB each", digits: 1, better: "less", goal: { floor: 20, aim: 14 } },
      { key: "each_peak", text: "KiB each, at the most after they came", digits: 1 },
      ...CORES,
    ],
  }),
  underLoad({
    name: "upgrades",
    title: "Upgrades a second, 32 at a time",
    meaning: `a handshake answered 101; ${BY_TOKEN}`,
    load: { mode: "upgrade", sockets: 32, amount: 0 },
    wanted: { people: CHURNING, signedIn: true },
    rows: [
      {
        key: "upgrades",
        text: "upgrades/s",
        digits: 0,
        better: "more",
        goal: { floor: 3_000, aim: 6_000 },
      },
      ...CORES,
    ],
  }),
  START,
  LOGINS,
  storm(3_000),
  storm(500),
  SLOW_READERS,
];

/** Those that a word on the command line means: the one of this name, or the family. */
export function measuresCalled(word: string): readonly Measure[] {
  return MEASURES.filter(({ name }) => name === word || name.startsWith(`${word}-`));
}
