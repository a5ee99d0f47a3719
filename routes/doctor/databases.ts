/**
 * The databases that are configured, and the embedded store.
 *
 * @module
 */
import type { Inspection } from "../../db/inspection.ts";
import { type Check, type Finding, ok } from "./check.ts";

/** Each database. */
export const databasesCheck: Check = {
  name: "databases",
  async run({ databases }): Promise<readonly Finding[]> {
    const looked = databases.map(async ({ name, inspection }) => findingsOf(name, await inspection));
    return (await Promise.all(looked)).flat();
  },
};

function findingsOf(check: string, { seen, remarks }: Inspection): readonly Finding[] {
  return remarks.length === 0 ? [ok(check, seen)] : remarks.map((remark) => ({ check, ...remark }));
}
