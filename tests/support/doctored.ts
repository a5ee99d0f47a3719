/**
 * Runs `doctor --json` of the real program and reads what it found.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { type ProgramOptions, runProgram } from "./program.ts";

const Finding = z.object({
  check: z.string(),
  level: z.enum(["ok", "warning", "fault"]),
  seen: z.string().min(1),
  advice: z.string().min(1).nullable(),
});
const Result = z.object({ ok: z.boolean(), findings: z.array(Finding) });

/** One line of what it found. */
export type Found = z.infer<typeof Finding>;

/** What was found. Holds the program to one document, its exit code, and to advice wherever something is wrong. */
export async function runDoctor(options: ProgramOptions): Promise<readonly Found[]> {
  const { code, stdout, stderr } = await runProgram({
    ...options,
    args: ["doctor", "--json", ...options.args ?? []],
  });
  assert.ok(stdout.startsWith("{"), stderr);
  const { ok, findings } = Result.parse(JSON.parse(stdout));
  const faults = findings.filter(({ level }) => level === "fault");
  assert.equal(ok, faults.length === 0);
  assert.equal(code, ok ? 0 : 1, stderr);
  for (const { level, advice, seen } of findings) assert.equal(advice === null, level === "ok", seen);
  return findings;
}

/** Holds it to finding exactly this fault. */
export function assertFault(findings: readonly Found[], check: string, seen: RegExp): void {
  const faults = findings.filter(({ level }) => level === "fault");
  assert.deepEqual(faults.map((one) => one.check), [check], JSON.stringify(faults));
  assert.match(faults[0]?.seen ?? "", seen);
}

/** Holds it to finding no fault. */
export function assertWell(findings: readonly Found[]): void {
  assert.deepEqual(findings.filter(({ level }) => level === "fault"), []);
}
