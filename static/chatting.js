/**
 * What is needed once somebody is here: the client and the messenger. Loaded apart from the way in.
 *
 * @module
 */
import { createClient } from "./device/client.js";
import { Notices } from "./device/notices.js";
import { html } from "./vendor/preact.js";
import { Desk } from "./views/desk.js";
import { Messenger } from "./views/messenger.js";
import { followHistory } from "./views/thread_history.js";
import { followTitle } from "./views/title.js";

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
 * @param {(desk: Desk) => void} options.onOther The cookie turned out to be somebody else's.
 * @returns {Desk}
 */
export function openDesk({ page, userId, debug, path, refused, onLeave, onOther }) {
  const { connection, begin, end } = createClient({
    userId,
    path,
    // On the test page several tabs are several people.
    isOfTab: debug,
    ...(refused === undefined ? {} : { refused }),
  });
  const notices = new Notices(page.kept);
  const desk = new Desk({
    page,
    connection,
    debug,
    notices,
    onLeave: () => onLeave(desk),
    onOther: () => onOther(desk),
  });
  desk.onEnd(notices.follow(connection, (conversationId) => desk.openConversation(conversationId)));
  desk.onEnd(followTitle(desk));
  desk.onEnd(followHistory(desk));
  desk.onEnd(end);
  void begin();
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
