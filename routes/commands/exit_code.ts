/**
 * How a command ends: with 0, or with a sentence and another code.
 *
 * @module
 */
import { StoreRefusedError } from "../../db/errors.ts";
import { ChatError } from "../../realtime/mod.ts";
import { SettingsError } from "../server/settings_error.ts";
import { CommandError } from "./command_error.ts";
import type { Streams } from "./tools.ts";

/** Runs it and answers the exit code: 0 done, 1 failed, 2 where a setting cannot be used. Never rejects. */
export async function exitCodeOf(
  run: () => Promise<unknown>,
  streams: Pick<Streams, "writeStatus">,
): Promise<number> {
  try {
    await run();
    return 0;
  } catch (error) {
    return tellFailure(error, streams);
  }
}

/** Says what a command failed with, and answers its exit code. */
export function tellFailure(error: unknown, { writeStatus }: Pick<Streams, "writeStatus">): number {
  const isRefused = error instanceof SettingsError || error instanceof StoreRefusedError;
  const isToldOf = isRefused || error instanceof CommandError || error instanceof ChatError;
  const unforeseen = error instanceof Error ? error.stack ?? error.message : String(error);
  const told = error instanceof ChatError ? error.details.text?.en : undefined;
  writeStatus(isToldOf ? `${told ?? error.message}\n` : `Cannot go on: ${unforeseen}\n`);
  return isRefused ? 2 : 1;
}
