/**
 * A start that is refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/**
 * The last line of a start that ends with 2, and how long it took, in ms. A password in its addresses has to be
 * "hush", which must not be in what it says.
 */
export async function refusal(
  env: Readonly<Record<string, string>>,
): Promise<readonly [text: string, ms: number]> {
  await using directory = await TemporaryDirectory.make();
  const begun = performance.now();
  const ended = await runProgram({ dataDir: directory.path, env, args: ["--mode", "debug", "--port", "0"] });
  assert.equal(ended.code, 2, ended.stderr);
  assert.doesNotMatch(ended.stderr + ended.stdout, /hush/);
  return [ended.lines.at(-1) ?? "", performance.now() - begun];
}
