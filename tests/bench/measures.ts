/**
 * Everything that is measured.
 *
 * @module
 */
import type { Measure, Row } from "./measure.ts";
import { LOGINS, storm } from "./sign_ins.ts";
import { SLOW_READERS } from "./slow_readers.ts";
import { underLoad } from "./under_load.ts";

const CORES: readonly Row[] = [
  { key: "server_cpu", text: "server, cores", digits: 2 },
  { key: "load_cpu", text: "load generator, cores", digits: 2 },
  { key: "database_cpu", text: "database, cores", digits: 2 },
];

/** On a database it is to be at least so fast, as a share of what it is on SQLite. */
const DATABASE_SHARE = 0.8;
const SOCKETS = 100;
const IDLE_SOCKETS = 2_000;

/** In the order of the table. */
export const MEASURES: readonly Measure[] = [
  underLoad({
    name: "messages",
    title: `Messages a second, ${SOCKETS} sockets, 8 in flight each`,
    meaning: "acknowledged as its server promises, and handed to the other person's socket",
    load: { mode: "saturate", sockets: SOCKETS, amount: 8 },
    rows: [
      { key: "acked", text: "acknowledged/s", digits: 0, better: "more", share: DATABASE_SHARE },
      { key: "delivered", text: "delivered/s", digits: 0, better: "more" },
      ...CORES,
    ],
  }),
  underLoad({
    name: "paced",
    title: `Latency at 3 000 messages a second, ${SOCKETS} sockets, ms`,
    meaning: "from the moment a message was due, sent or not, to its acknowledgement",
    load: { mode: "paced", sockets: SOCKETS, amount: 3_000 },
    rows: [
      { key: "p50", text: "p50", digits: 2, better: "less" },
      { key: "p99", text: "p99", digits: 2, better: "less" },
      { key: "p999", text: "p99.9", digits: 2, better: "less" },
      ...CORES,
    ],
  }),
  underLoad({
    name: "idle",
    title: `Resident memory of idle connections, ${IDLE_SOCKETS} and then ${IDLE_SOCKETS} more`,
    meaning: "of the whole server process, for each open socket that was welcomed and says nothing",
    load: { mode: "idle", sockets: IDLE_SOCKETS * 2, amount: 0, seconds: 1 },
    rows: [
      { key: "first", text: "KiB each, the first (heap grows)", digits: 1, better: "less" },
      { key: "per_connection", text: "KiB each, those after them", digits: 1, better: "less" },
      ...CORES,
    ],
  }),
  underLoad({
    name: "upgrades",
    title: "Upgrades a second, 32 at a time",
    meaning: "a handshake answered 101 to an identity of debug mode, without a token",
    load: { mode: "upgrade", sockets: 32, amount: 0 },
    rows: [{ key: "upgrades", text: "upgrades/s", digits: 0, better: "more" }, ...CORES],
  }),
  LOGINS,
  storm(3_000),
  storm(500),
  SLOW_READERS,
];

/** Those that a word on the command line means: the one of this name, or the family. */
export function measuresCalled(word: string): readonly Measure[] {
  return MEASURES.filter(({ name }) => name === word || name.startsWith(`${word}-`));
}
