/**
 * Sockets by `ws`, for the listener of `CHAT_TRANSPORT=hardened`. Loaded where they are asked for.
 *
 * @module
 */
export { type Handshake, HardenedSockets } from "./sockets.ts";
