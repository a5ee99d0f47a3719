/**
 * What is measured, and on whom. Each function is one run on servers started for it.
 *
 * @module
 */
import { type Figures, type Load, run } from "./load.ts";
import { startOurs, startRelay, type Target } from "./servers.ts";
import type { Tools } from "./tools.ts";

/** A figure by its name, such as `p99`. */
export type Sample = Readonly<Record<string, number>>;

/** How thoroughly to measure. */
export interface Effort {
  readonly rounds: number;
  /** Seconds of each run that count. */
  readonly seconds: number;
}

/** A row of the table. */
export interface Row {
  readonly key: string;
  readonly text: string;
  readonly digits: number;
}

/** One thing to measure: its name on the command line, what it prints, and how one run goes. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** Null where the relay has nothing of the kind. */
  readonly relay: ((tools: Tools, seconds: number) => Promise<Sample>) | null;
  readonly ours: (tools: Tools, seconds: number) => Promise<Sample>;
}

const SHARED_ROWS: readonly Row[] = [
  { key: "server_cpu", text: "server, cores", digits: 2 },
  { key: "load_cpu", text: "load generator, cores", digits: 2 },
];

const SOCKETS = 100;
const IDLE_SOCKETS = 2_000;
/** Sign-ins that are under way together; each waits for its turn in the hash workers. */
const LOGINS_AT_ONCE = 4;
const PASSWORD = "bench-password-1";

/** Everything that is measured, in the order of the table. */
export const MEASURES: readonly Measure[] = [
  underLoad({
    name: "messages",
    title:
      `Messages a second, ${SOCKETS} sockets, 8 in flight each (ours stored and synced, then acknowledged)`,
    load: { mode: "saturate", sockets: SOCKETS, amount: 8 },
    rows: [{ key: "acked", text: "acknowledged/s", digits: 0 }, {
      key: "delivered",
      text: "delivered/s",
      digits: 0,
    }],
  }),
  underLoad({
    name: "paced",
    title: `Latency at 3 000 messages a second, ${SOCKETS} sockets, from the moment each was due, ms`,
    load: { mode: "paced", sockets: SOCKETS, amount: 3_000 },
    rows: [
      { key: "p50", text: "p50", digits: 2 },
      { key: "p99", text: "p99", digits: 2 },
      { key: "p999", text: "p99.9", digits: 2 },
    ],
  }),
  underLoad({
    name: "idle",
    title: `Resident memory of idle connections, ${IDLE_SOCKETS} and then ${IDLE_SOCKETS} more`,
    load: { mode: "idle", sockets: IDLE_SOCKETS * 2, amount: 0 },
    rows: [
      { key: "first", text: "KiB each, the first (heap grows)", digits: 1 },
      { key: "per_connection", text: "KiB each, those after them", digits: 1 },
    ],
  }),
  underLoad({
    name: "upgrades",
    title: "Upgrades a second, 32 at a time",
    load: { mode: "upgrade", sockets: 32, amount: 0 },
    rows: [{ key: "upgrades", text: "upgrades/s", digits: 0 }],
  }),
  {
    name: "logins",
    title: `Sign-ins a second, bcrypt cost 12, ${LOGINS_AT_ONCE} at a time`,
    rows: [{ key: "logins", text: "sign-ins/s", digits: 2 }],
    relay: null,
    ours: (_tools, seconds) => countLogins(seconds),
  },
];

interface Loaded {
  readonly name: string;
  readonly title: string;
  readonly load: Omit<Load, "seconds">;
  readonly rows: readonly Row[];
}

/** A measure that both servers can be put to. */
function underLoad({ name, title, load, rows }: Loaded): Measure {
  const once = async (tools: Tools, seconds: number, start: () => Promise<Target>): Promise<Sample> => {
    await using target = await start();
    return sampleOf(await run(tools.load, target, { ...load, seconds }));
  };
  return {
    name,
    title,
    rows: [...rows, ...SHARED_ROWS],
    relay: (tools, seconds) => once(tools, seconds, () => startRelay(tools.relay)),
    ours: (tools, seconds) => once(tools, seconds, startOurs),
  };
}

function sampleOf(figures: Figures): Sample {
  const half = figures.sockets / 2;
  return {
    ...figures,
    first: (figures.memory_half - figures.memory_before) / half,
    per_connection: (figures.memory - figures.memory_half) / half,
  };
}

/** Signs one account in over and over, some at a time, and counts what came through. */
async function countLogins(seconds: number): Promise<Sample> {
  await using server = await startOurs({ CHAT_BCRYPT_COST: "12" });
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(new URL(path, server.url), {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        origin: server.url.origin,
      },
    });
  const account = { username: "bench_person", email: "bench@example.com", password: PASSWORD };
  await expectOk(await post("/api/v1/auth/register", account));
  const begun = performance.now();
  let done = 0;
  const signIn = async (): Promise<void> => {
    while (performance.now() - begun < seconds * 1_000) {
      await expectOk(await post("/api/v1/auth/login", { username: account.username, password: PASSWORD }));
      done++;
    }
  };
  await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, signIn));
  return { logins: done / ((performance.now() - begun) / 1_000) };
}

async function expectOk(response: Response): Promise<void> {
  const text = await response.text();
  if (!response.ok) throw new Error(`The server answered ${response.status}: ${text}`);
}
