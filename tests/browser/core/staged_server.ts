/**
 * A server for several staged connections: it stores each id once, in the order in which it takes them, and refuses
 * and loses what the test says.
 *
 * @module
 */
import type { StagedSocket } from "./staged_socket.ts";
import { acknowledgement, refusal } from "./stage.ts";

/** What becomes of a message that was sent. */
export type Fate = "stored" | "stored, unheard" | "lost" | "busy";

/** Takes what sockets wrote, one frame at a time. */
export class StagedServer {
  readonly stored: { readonly id: string; readonly to: number; readonly content: string }[] = [];
  readonly #taken = new Map<StagedSocket, number>();

  /** Takes the oldest `private` frame of a socket that was not taken yet. False when there is none. */
  take(socket: StagedSocket, fate: Fate): boolean {
    const at = this.#taken.get(socket) ?? 0;
    const frame = socket.of("private")[at];
    if (frame === undefined || socket.readyState !== 1) return false;
    this.#taken.set(socket, at + 1);
    const { id = "", to_user_id: to = 0, content = "" } = frame;
    if (fate === "lost") return true;
    if (fate === "busy") {
      socket.say(refusal(id, { code: 429, error: "rate_limited", temporary: true, retryAfterMs: 50 }));
      return true;
    }
    if (!this.stored.some((one) => one.id === id)) this.stored.push({ id, to, content });
    const seq = 1 + this.stored.filter((one) => one.to === to).findIndex((one) => one.id === id);
    if (fate === "stored") socket.say(acknowledgement(id, seq));
    return true;
  }
}
