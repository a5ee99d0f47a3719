/**
 * Whether this machine's clock is that of others.
 *
 * @module
 */
import { type Check, fault, type Finding, ok } from "./check.ts";

const NAME = "clock";
/** Beyond this times of messages and ends of sessions are visibly wrong, in ms. */
const MAX_DRIFT_MS = 2_000;
/** A Date header tells whole seconds. */
const HEADER_MS = 500;

/** Against databases and the public URL's Date header, each where it can be reached. */
export const clockCheck: Check = {
  name: NAME,
  async run({ databases, publicly }): Promise<readonly Finding[]> {
    const drifts: { readonly whose: string; readonly drift: number; readonly most: number }[] = [];
    const inspections = databases.map(async ({ name, inspection }) => ({
      name,
      drift: (await inspection).drift,
    }));
    for (const { name, drift } of await Promise.all(inspections)) {
      if (drift !== null) drifts.push({ whose: name, drift, most: MAX_DRIFT_MS });
    }
    const seen = await publicly;
    if (seen !== null && seen.drift !== null) {
      drifts.push({ whose: "the public URL", drift: seen.drift, most: MAX_DRIFT_MS + HEADER_MS });
    }
    const wrong = drifts.filter(({ drift, most }) => Math.abs(drift) > most);
    if (wrong.length > 0) return wrong.map(({ whose, drift }) => drifted(whose, drift));
    if (drifts.length === 0) return [ok(NAME, "There is no other clock to compare with")];
    return [ok(NAME, `It agrees with that of ${drifts.map(({ whose }) => whose).join(", ")}`)];
  },
};

function drifted(whose: string, drift: number): Finding {
  const seconds = (Math.abs(drift) / 1_000).toFixed(1);
  return fault(
    NAME,
    `The clock of ${whose} is ${seconds} s ${drift > 0 ? "ahead of" : "behind"} this machine's`,
    "Have both machines keep time, by systemd-timesyncd or chrony: timedatectl tells which one is off",
  );
}
