/**
 * Which HTTP server and which sockets an instance has: CHAT_TRANSPORT.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Upgrade } from "../../realtime/mod.ts";
import { type HttpListener, Listener, type ListenerOptions } from "./listener.ts";

/** Names of CHAT_TRANSPORT. */
export type TransportName = "native" | "hardened";

/** A listener and the sockets that go with it. */
export interface ServerTransport {
  /** Absent: the runtime's own. */
  readonly upgrade?: Upgrade;
  /** Rejects with {@link SettingsError} when host, port or certificate cannot be had. */
  listen(options: ListenerOptions): Promise<HttpListener>;
}

/** Makes ready what was asked for; the hardened one brings its libraries. */
export async function openTransport(name: TransportName, clock: Clock): Promise<ServerTransport> {
  if (name === "native") return { listen: (options) => Promise.try(() => new Listener(options)) };
  const [{ HardenedSockets }, { HardenedListener }] = await Promise.all([
    import("../../realtime/hardened/mod.ts"),
    import("./hardened_listener.ts"),
  ]);
  const sockets = new HardenedSockets(clock);
  return { upgrade: sockets.upgrade, listen: (options) => HardenedListener.open(options, sockets) };
}
