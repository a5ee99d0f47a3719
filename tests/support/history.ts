/**
 * A long conversation, written in a moment, on a server in debug whose limits are off.
 *
 * @module
 */
import type { RunningServer } from "./server.ts";
import { SocketClient } from "./socket_client.ts";

/** The settings of a server that takes a history as fast as it is written. */
export const HISTORY_SETTINGS = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0", CHAT_LIMIT_BUFFER: "0" };

/** Messages written before an acknowledgement is waited for. */
const AT_ONCE = 500;

/** Writes `textOf(1)` to `textOf(count)` from user 2 to user 1, in this order. */
export async function writeHistory(
  server: RunningServer,
  { count, textOf }: { readonly count: number; readonly textOf: (at: number) => string },
): Promise<void> {
  await using writer = await SocketClient.as(server.url, 2, { username: "bob" });
  for (let at = 1; at <= count; at++) {
    const frame = { type: "private", id: crypto.randomUUID(), "to_user_id": 1, content: textOf(at) };
    if (at % AT_ONCE === 0 || at === count) await writer.ask(frame);
    else writer.send(frame);
  }
}
