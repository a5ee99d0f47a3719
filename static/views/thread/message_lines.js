/**
 * The lines of a thread as elements.
 *
 * @module
 */
import { html, useRef } from "../../vendor/preact.js";
import { nameOf } from "../parts/person.js";
import { Message } from "./message.js";

/** @import { Item, MessageItem } from "../../core/thread_items.js" */
/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** What a message looks like beside what it is. @typedef {{ isCutOff: boolean, sender: string, isDirect: boolean }} Look */

/** @typedef {{ item: MessageItem, look: string, line: VNode }} Known */

/**
 * The elements of the items; those that did not change are the same as before, so that drawing passes them by.
 *
 * @param {Desk} desk
 * @param {{ items: readonly Item[], isDirect: boolean }} options
 * @returns {VNode[]}
 */
export function useMessageLines(desk, { items, isDirect }) {
  const { language } = desk.page.texts.value;
  const link = desk.link.value;
  const known = useRef(/** @type {Map<string, Known>} */ (new Map()));
  /** @type {Map<string, Known>} */
  const next = new Map();
  const senderOf = namesOf(desk);
  const lines = items.map((item) => {
    if (item.kind !== "message") return lineBetween(item, desk);
    const isCutOff = item.status === "pending" && link !== "online";
    const sender = senderOf(item.mine ? 0 : item.senderId);
    const look = `${language} ${isCutOff} ${sender}`;
    const before = known.current.get(item.key);
    const entry = before !== undefined && before.look === look && isSame(before.item, item)
      ? before
      : { item, look, line: messageLine(item, { desk, isCutOff, sender, isDirect }) };
    next.set(item.key, entry);
    return entry.line;
  });
  known.current = next;
  return lines;
}

/**
 * Answers what to call somebody, found out once; 0 is oneself.
 *
 * @param {Desk} desk
 * @returns {(userId: number) => string}
 */
function namesOf(desk) {
  const texts = desk.page.texts.value;
  const names = new Map([[0, texts.t("main.you")]]);
  return (userId) => {
    const name = names.get(userId) ?? nameOf(desk.personOf(userId), texts);
    names.set(userId, name);
    return name;
  };
}

/**
 * @param {MessageItem} item
 * @param {Look & { desk: Desk }} options
 * @returns {VNode}
 */
function messageLine(item, { desk, ...look }) {
  const { connection, page } = desk;
  return html`
    <${Message}
      key=${item.key}
      item=${item}
      texts=${page.texts.value}
      ...${look}
      onRetry=${(/** @type {string} */ id) => connection.retry(id)}
      onDiscard=${(/** @type {string} */ id) => connection.discard(id)}
      onTold=${(/** @type {string} */ words) => desk.tell(words)}
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
  const words = item.kind === "day" ? texts.day(item.at, page.now()) : texts.t("thread.unread");
  return html`
    <li
      key=${item.key}
      class=${`divider divider-${item.kind}`}
      data-testid=${item.kind === "unread" ? "unread-divider" : null}
    >
      <span>${words}</span>
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
