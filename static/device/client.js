/**
 * The chat's client in this browser: the core's connection over what the browser gives.
 *
 * @module
 */
import { Connection } from "../core/connection.js";
import { newUuid, systemClock } from "../core/platform.js";
import { followAttention } from "./attention.js";
import { IndexedChatCache } from "./chat_cache.js";
import { browserMemory, tabMemory } from "./storage.js";

/** @import { Socket, SocketEvents } from "../core/platform.js" */

/**
 * @typedef {object} ClientOptions
 * @property {number} userId Who this is meant to be.
 * @property {string} path Of the socket, with its query.
 * @property {boolean} isOfTab Whether the identity is the tab's own, as in debug: then what waits to be sent is too.
 * @property {() => Promise<boolean>} [refused] Whether a handshake failed because the session has ended.
 */

/**
 * Makes a client. {@link Client.begin} lets it begin, once who wants to listen does.
 *
 * @typedef {object} Client
 * @property {Connection} connection
 * @property {() => Promise<void>} begin Shows what was kept, then connects. Never rejects.
 * @property {() => void} end Hangs up, and keeps what changed.
 */

/**
 * @param {ClientOptions} options
 * @returns {Client}
 */
export function createClient({ userId, path, isOfTab, refused }) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const connection = new Connection({
    userId,
    url: url.href,
    open: openSocket,
    clock: systemClock,
    random: Math.random,
    newId: newUuid,
    memory: isOfTab ? tabMemory() : browserMemory(),
    cache: new IndexedChatCache(userId),
    ...(refused === undefined ? {} : { refused }),
  });
  const unfollow = followAttention(connection);
  let isEnded = false;
  return {
    connection,
    async begin() {
      await connection.restore();
      if (!isEnded) connection.start();
    },
    end() {
      isEnded = true;
      unfollow();
      connection.stop();
      void connection.flush();
    },
  };
}

/**
 * @param {string} url
 * @param {string[]} protocols
 * @param {SocketEvents} events
 * @returns {Socket}
 */
function openSocket(url, protocols, events) {
  const socket = new WebSocket(url, protocols);
  socket.addEventListener("message", ({ data }) => events.message(data));
  socket.addEventListener("close", ({ code, reason }) => events.close(code, reason));
  return socket;
}
