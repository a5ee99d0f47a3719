/**
 * The messages of a thread: a window over what is held, which follows the reader.
 *
 * @module
 */
import { draftsOf, extentOf, itemsOf } from "../../core/thread_items.js";
import { html, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";
import { useCopyFocus } from "./copy_focus.js";
import { Message } from "./message.js";
import { NoMessages, ThreadTop } from "./thread_edges.js";

/** @import { Item, MessageItem } from "../../core/thread_items.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */
/** @import { OlderMessages } from "./older_messages.js" */
/** @import { Reading } from "./reading.js" */

/** @typedef {{ desk: Desk, thread: OpenThread, reading: Reading, older: OlderMessages }} MessageListProps */

/**
 * @param {MessageListProps} props
 * @returns {VNode}
 */
export function MessageList({ desk, thread, reading, older }) {
  const texts = desk.page.texts.value;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const chat = desk.chatOf(thread);
  const { drafts: allDrafts, selfId } = desk.state.value;
  const drafts = draftsOf(allDrafts, { chat, peerId: thread.peerId });
  const extent = extentOf({ chat, drafts });
  const range = reading.rangeIn(extent);
  const items = itemsOf({ chat, drafts, selfId, unreadFrom: thread.unreadFrom }, range);
  const lines = useLines(desk, { items, isDirect: thread.peerId !== 0 });
  reading.beforeDrawing();
  useLayoutEffect(() => {
    if (box.current === null || list.current === null) return;
    return reading.attach(box.current, list.current);
  }, []);
  useLayoutEffect(() => reading.afterDrawing({ items, range, extent }));
  useCopyFocus(list);
  /** @param {KeyboardEvent} event */
  const hearKey = (event) => {
    const isHere = event.target === event.currentTarget && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!isHere || (event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    if (event.key === "Home") reading.toOldest();
    else reading.toNewest();
  };
  const isNone = items.length === 0;
  return html`
    <div
      ref=${box}
      class="messages-box"
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label=${texts.t("thread.messages")}
      onKeyDown=${hearKey}
    >
      ${isNone ? null : html`
        <${ThreadTop}
          desk=${desk}
          thread=${thread}
          older=${older}
          reading=${reading}
          isMoreHeld=${range.from > extent.first}
        />
      `}
      <ol ref=${list} class="messages">${lines}</ol>
      ${isNone ? html`<${NoMessages} desk=${desk} thread=${thread} />` : null}
    </div>
  `;
}

/**
 * The elements of the items; those that did not change are the same as before, so that drawing passes them by.
 *
 * @param {Desk} desk
 * @param {{ items: readonly Item[], isDirect: boolean }} options
 * @returns {VNode[]}
 */
function useLines(desk, { items, isDirect }) {
  const texts = desk.page.texts.value;
  const link = desk.link.value;
  const known = useRef(
    /** @type {Map<string, { item: MessageItem, look: string, line: VNode }>} */ (new Map()),
  );
  /** @type {typeof known.current} */
  const next = new Map();
  const lines = items.map((item) => {
    if (item.kind !== "message") return lineBetween(item, desk);
    const isCutOff = item.status === "pending" && link !== "online";
    const sender = isDirect || item.mine || item.follows ? null : nameOf(desk.personOf(item.senderId), texts);
    const look = `${texts.language} ${isCutOff} ${sender}`;
    const before = known.current.get(item.key);
    const entry = before !== undefined && before.look === look && isSame(before.item, item)
      ? before
      : { item, look, line: messageLine(item, { desk, isCutOff, sender }) };
    next.set(item.key, entry);
    return entry.line;
  });
  known.current = next;
  return lines;
}

/**
 * @param {MessageItem} item
 * @param {{ desk: Desk, isCutOff: boolean, sender: string | null }} options
 * @returns {VNode}
 */
function messageLine(item, { desk, isCutOff, sender }) {
  const { connection, page } = desk;
  return html`
    <${Message}
      key=${item.key}
      item=${item}
      texts=${page.texts.value}
      isCutOff=${isCutOff}
      sender=${sender}
      onRetry=${(/** @type {string} */ id) => connection.retry(id)}
      onDiscard=${(/** @type {string} */ id) => connection.discard(id)}
    />
  `;
}

/**
 * @param {Exclude<Item, MessageItem>} item
 * @param {Desk} desk
 * @returns {VNode}
 */
function lineBetween(item, { page }) {
  const texts = page.texts.value;
  return item.kind === "day"
    ? html`<li key=${item.key} class="divider divider-day"><span>${
      texts.day(item.at, page.now())
    }</span></li>`
    : html`
      <li key=${item.key} class="divider divider-unread" data-testid="unread-divider">
        <span>${texts.t("thread.unread")}</span>
      </li>
    `;
}

/**
 * @param {MessageItem} one
 * @param {MessageItem} other
 * @returns {boolean}
 */
function isSame(one, other) {
  return /** @type {(keyof MessageItem)[]} */ (Object.keys(one)).every((name) => one[name] === other[name]);
}
