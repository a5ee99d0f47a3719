/**
 * Signing in: how fast it goes, and what a storm of it does to the messages.
 *
 * @module
 */
import { run } from "./load.ts";
import type { Measure, Row, Sample } from "./measure.ts";
import { signIn } from "./people.ts";
import type { Target } from "./servers.ts";

/** Sign-ins that are under way together; each waits for its turn in the hash workers. */
const AT_ONCE = 4;
/** People in a storm. */
const CROWD = 500;
const SOCKETS = 100;
/** What chat p99 may be in a storm, ms. */
const STORM_P99 = 50;

/** Signs one account in over and over, some at a time. */
export const LOGINS: Measure = {
  name: "logins",
  title: `Sign-ins a second, bcrypt cost 12, ${AT_ONCE} at a time`,
  meaning: "the password compared, and the session stored and synced",
  rows: [{ key: "logins", text: "sign-ins/s", digits: 2, better: "more" }],
  needsAccounts: true,
  saturates: false,
  run: async (contender, { seconds }) => {
    await using server = await contender.start({ people: 1, env: { CHAT_BCRYPT_COST: "12" } });
    const begun = performance.now();
    let done = 0;
    const goOn = async (): Promise<void> => {
      for (; performance.now() - begun < seconds * 1_000; done++) await signIn(server.url, "storm1");
    };
    await Promise.all(Array.from({ length: AT_ONCE }, goOn));
    return { logins: done / ((performance.now() - begun) / 1_000) };
  },
};

/** A crowd signs in at once while others write `rate` messages a second. */
export function storm(rate: number): Measure {
  return {
    name: `storm-${rate}`,
    title: `Latency at ${rate} messages a second, quiet and while ${CROWD} people sign in at once, ms`,
    meaning:
      `as in "paced"; each person comes from an address of their own, and the limits of release mode hold; ` +
      "before, the page was asked for and somebody signed in",
    rows: [
      ...latencyRows("quiet", {}),
      ...latencyRows("storm", { better: "less" }),
      { key: "signed_in", text: "signed in during the run (200)", digits: 0 },
      { key: "turned_away", text: "told when to come again (503)", digits: 0 },
      { key: "slowest_refusal", text: "the last of these answers after, ms", digits: 0 },
    ],
    needsAccounts: true,
    saturates: false,
    run: async (contender, { load, seconds }) => {
      const env = { CHAT_BCRYPT_COST: "12", CHAT_LIMIT_LOGIN: "10" };
      await using target = await contender.start({ people: CROWD, env });
      await use(target);
      const paced = { mode: "paced", sockets: SOCKETS, amount: rate, seconds } as const;
      const quiet = await run(load, target, paced);
      const stormy = await run(load, target, { ...paced, signIns: CROWD });
      return { ...named("quiet", quiet), ...named("storm", stormy), ...stormy };
    },
  };
}

/** What has happened on every server that people write on: nothing it does now is its first time. */
async function use({ url }: Target): Promise<void> {
  for (let view = 0; view < SOCKETS; view++) {
    await (await fetch(new URL("/", url))).body?.cancel();
    await (await fetch(new URL("/api/v1/server", url))).body?.cancel();
  }
  for (let time = 0; time < AT_ONCE; time++) await signIn(url, "storm0");
}

function latencyRows(when: "quiet" | "storm", more: Pick<Row, "better">): readonly Row[] {
  const bound = when === "storm" ? { most: STORM_P99 } : {};
  return [
    { key: `${when}_p50`, text: `p50, ${when}`, digits: 2 },
    { key: `${when}_p99`, text: `p99, ${when}`, digits: 2, ...more, ...bound },
    { key: `${when}_p999`, text: `p99.9, ${when}`, digits: 2, ...more },
  ];
}

function named(when: string, { p50, p99, p999 }: { p50: number; p99: number; p999: number }): Sample {
  return { [`${when}_p50`]: p50, [`${when}_p99`]: p99, [`${when}_p999`]: p999 };
}
