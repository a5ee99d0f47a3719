/**
 * The realtime module: sockets, the hub of this instance, and the rules of the chat.
 *
 * @module
 */
import type { Realtime, RealtimeDeps } from "./contract.ts";
import { Instance } from "./instance.ts";

export type { Identity } from "./identity.ts";
export type { SocketEvents, Transport, Upgrade } from "./transport.ts";
export type { Chat, Headcount, MarkRequest, Realtime, RealtimeDeps, SendRequest, Sent } from "./contract.ts";
export type { ChatEvent } from "./events.ts";
export { AccountNews } from "./account_news.ts";
export { ErasureNews } from "./erasure_news.ts";
export { decodeEvent } from "./event_schema.ts";
export {
  ChatError,
  type ErrorCode,
  type ErrorDetails,
  ERRORS,
  type Language,
  type Sentence,
  sentence,
} from "./errors.ts";
export { PROTOCOL_VERSION } from "./handshake.ts";
export { DEFAULT_LIMITS, type Limits, type Rate } from "./limits.ts";

/** Composes the realtime module of one instance. Disposing it drains the sockets and the waiting writes. */
export async function createRealtime(deps: RealtimeDeps): Promise<Realtime> {
  const realtime = new Instance(deps);
  await realtime.begin();
  return realtime;
}
