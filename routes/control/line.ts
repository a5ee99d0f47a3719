/**
 * One line of JSON over a socket, with a bound on its size and on the wait for it.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";

/** A request or an answer may be so long, in bytes: 500 accounts with everything about them. */
export const MAX_LINE_BYTES = 1_048_576;

const SPACE = new TextEncoder().encode(" ");

/** What a line may take. */
interface LineBounds {
  readonly maxBytes: number;
  /** Until its end comes, in ms; or, where it `mayGrow`, until anything of it comes. */
  readonly withinMs: number;
  /** Whether each piece begins the wait anew: whoever works on an answer says so by spaces before it. */
  readonly mayGrow?: boolean;
  readonly clock: Pick<Clock, "after">;
}

/** Reads up to the first line end; null where the other side ends before it, or sends too much or too late. */
export async function readLine(
  connection: Deno.Conn,
  { maxBytes, withinMs, mayGrow = false, clock }: LineBounds,
): Promise<string | null> {
  // A read that waits ends with its connection.
  let isLate = false;
  const limit = (): Timer =>
    clock.after(withinMs, () => {
      isLate = true;
      closeOnce(connection);
    });
  let timer = limit();
  try {
    const line = new Uint8Array(maxBytes);
    let length = 0;
    while (length < maxBytes) {
      const count = await connection.read(line.subarray(length));
      if (count === null) return null;
      const end = line.subarray(length, length + count).indexOf(0x0a);
      if (end >= 0) return new TextDecoder().decode(line.subarray(0, length + end));
      length += count;
      if (!mayGrow) continue;
      timer.cancel();
      timer = limit();
    }
    return null;
  } catch (error) {
    if (isLate) return null;
    throw error;
  } finally {
    timer.cancel();
  }
}

/** Writes a value as one line. */
export async function writeLine(connection: Deno.Conn, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(bytes.subarray(written));
  }
}

/** Says that the line is being worked on. */
export async function writeWorking(connection: Deno.Conn): Promise<void> {
  await connection.write(SPACE);
}

/** Closes a connection that may be closed already. */
export function closeOnce(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
