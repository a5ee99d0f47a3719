/**
 * What is needed once somebody is here: the connection and the messenger. Loaded apart from the way in.
 *
 * @module
 */
import { Connection } from "./core/connection.js";
import { newUuid, systemClock } from "./core/platform.js";
import { followAttention } from "./device/attention.js";
import { html } from "./vendor/preact.js";
import { Desk } from "./views/desk.js";
import { Messenger } from "./views/messenger.js";
import { followHistory } from "./views/thread_history.js";
import { followTitle } from "./views/title.js";

/** @import { Socket, SocketEvents } from "./core/platform.js" */
/** @import { VNode } from "./vendor/preact.js" */
/** @import { Page } from "./views/page.js" */

/**
 * Connects, and makes the desk of the messenger.
 *
 * @param {object} options
 * @param {Page} options.page
 * @param {number} options.userId
 * @param {boolean} options.debug
 * @param {string} options.path Of the socket.
 * @param {() => Promise<boolean>} [options.refused] Whether a handshake failed because the session has ended.
 * @param {(desk: Desk) => void} options.onLeave
 * @returns {Desk}
 */
export function openDesk({ page, userId, debug, path, refused, onLeave }) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const connection = new Connection({
    userId,
    url: url.href,
    open: openSocket,
    clock: systemClock,
    random: Math.random,
    newId: newUuid,
    // On the test page several tabs are several people.
    memory: debug ? page.tab : page.kept,
    ...(refused === undefined ? {} : { refused }),
  });
  const desk = new Desk({ page, connection, debug, onLeave: () => onLeave(desk) });
  desk.onEnd(followAttention(connection));
  let isEnded = false;
  desk.onEnd(() => {
    isEnded = true;
    connection.stop();
  });
  desk.onEnd(followTitle(desk));
  desk.onEnd(followHistory(desk));
  void connection.restore().then(() => isEnded ? undefined : connection.start());
  return desk;
}

/**
 * The messenger over a desk.
 *
 * @param {Desk} desk
 * @returns {VNode}
 */
export function messengerOver(desk) {
  return html`<${Messenger} desk=${desk} />`;
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
