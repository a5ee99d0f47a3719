/**
 * A command's side: asks the running server, or finds that there is none.
 *
 * @module
 */
import { z } from "zod";
import type { Clock } from "../../db/clock.ts";
import { CommandError } from "../commands/command_error.ts";
import { SettingsError } from "../server/settings_error.ts";
import { closeOnce, MAX_LINE_BYTES, readLine, writeLine } from "./line.ts";
import { type Input, type OperationName, OPERATIONS, type Output } from "./operations.ts";
import { controlPath, noControlBecause } from "./socket_path.ts";

/** The server says every 10 s that it works; an older one does not, and hashing may have to wait for its turn. */
const ANSWER_MS = 60_000;

const Answer = z.union([
  z.object({ output: z.unknown() }).strict(),
  z.object({ failed: z.string() }).strict(),
  z.object({ refused: z.string() }).strict(),
]);

/**
 * Asks the server that works on a data directory; null where none listens there. Throws {@link CommandError} for what
 * it could not do, {@link SettingsError} for what it does not take.
 */
export async function askServer<N extends OperationName>(
  dataDir: string,
  question: { readonly name: N; readonly input: Input<N> },
  clock: Clock,
): Promise<Output<N> | null> {
  const connection = await connect(dataDir);
  if (connection === null) return null;
  let line: string | null;
  try {
    await writeLine(connection, { operation: question.name, input: question.input });
    line = await readLine(connection, {
      maxBytes: MAX_LINE_BYTES,
      withinMs: ANSWER_MS,
      mayGrow: true,
      clock,
    });
  } finally {
    closeOnce(connection);
  }
  if (line === null) throw new CommandError("The running server did not answer; its log may say why");
  const answer = Answer.parse(JSON.parse(line));
  if ("failed" in answer) throw new CommandError(answer.failed);
  if ("refused" in answer) throw new SettingsError(answer.refused);
  return OPERATIONS[question.name].output.parse(answer.output) as Output<N>;
}

async function connect(dataDir: string): Promise<Deno.Conn | null> {
  if (noControlBecause(dataDir) !== null) return null;
  try {
    return await Deno.connect({ transport: "unix", path: controlPath(dataDir) });
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused;
    if (isNone) return null;
    throw error;
  }
}
