/**
 * What stands in a thread: messages, those on their way, and the lines between them.
 *
 * @module
 */
import { startOfDay } from "../core/i18n.js";
import { h, setAttribute, setPresent, setText } from "./dom.js";
import { icon, setIcon } from "./icons.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "../core/draft.js" */
/** @import { Texts } from "../core/i18n.js" */
/** @import { Chat } from "../core/state.js" */

/** @typedef {"pending" | "stored" | "delivered" | "read" | "failed"} Status */

/**
 * @typedef {{ kind: "day", key: string, at: number }
 *   | { kind: "unread", key: string }
 *   | {
 *     kind: "message", key: string, mine: boolean, text: string, removed: boolean, at: number,
 *     status: Status | null, error: string | null, id: string | null, seq: number | null, follows: boolean,
 *   }} Item
 */

/** @typedef {Extract<Item, { kind: "message" }>} MessageItem */

/** Messages of one person this close in time stand together, ms. */
const TOGETHER_MS = 5 * 60_000;

/**
 * The items of a thread, in order.
 *
 * @param {object} options
 * @param {Chat | undefined} options.chat
 * @param {readonly MessageFrame[]} options.messages
 * @param {readonly Draft[]} options.drafts
 * @param {number} options.selfId
 * @param {number | null} options.unreadFrom The first seq that was unread when the thread was opened.
 * @returns {Item[]}
 */
export function itemsOf({ chat, messages, drafts, selfId, unreadFrom }) {
  /** @type {Item[]} */
  const items = [];
  let day = 0;
  /** @type {MessageItem | null} */
  let last = null;
  let divider = unreadFrom;
  /** @param {MessageItem} item */
  const add = (item) => {
    if (startOfDay(item.at) !== day) {
      day = startOfDay(item.at);
      items.push({ kind: "day", key: `day ${day}`, at: day });
      last = null;
    }
    if (divider !== null && !item.mine && item.seq !== null && item.seq >= divider) {
      divider = null;
      items.push({ kind: "unread", key: "unread" });
      last = null;
    }
    item.follows = last !== null && last.mine === item.mine && item.at - last.at < TOGETHER_MS;
    items.push(item);
    last = item;
  };
  for (const message of messages) add(storedItem(message, { chat, mine: message.from_user_id === selfId }));
  for (const draft of drafts) add(draftItem(draft));
  return items;
}

/**
 * @param {MessageFrame} message
 * @param {{ chat: Chat | undefined, mine: boolean }} options
 * @returns {MessageItem}
 */
function storedItem(message, { chat, mine }) {
  const { data } = message;
  return {
    kind: "message",
    // An own message keeps its element when it is acknowledged.
    key: mine ? data.client_id ?? data.message_id : data.message_id,
    mine,
    text: message.content,
    removed: data.deleted_at !== undefined,
    at: Date.parse(message.timestamp),
    status: mine ? statusOf(data.seq, chat) : null,
    error: null,
    id: data.message_id,
    seq: data.seq,
    follows: false,
  };
}

/**
 * @param {Draft} draft
 * @returns {MessageItem}
 */
function draftItem(draft) {
  return {
    kind: "message",
    key: draft.id,
    mine: true,
    text: draft.content,
    removed: false,
    at: draft.createdAt,
    status: draft.status,
    error: draft.error,
    id: null,
    seq: null,
    follows: false,
  };
}

/**
 * @param {number} seq
 * @param {Chat | undefined} chat
 * @returns {Status}
 */
function statusOf(seq, chat) {
  if (seq <= (chat?.info.peer_read_seq ?? 0)) return "read";
  return seq <= (chat?.info.peer_delivered_seq ?? 0) ? "delivered" : "stored";
}

/**
 * @typedef {object} ItemOptions
 * @property {Texts} texts
 * @property {() => number} now
 * @property {(id: string) => void} onRetry
 * @property {(id: string) => void} onDiscard
 */

/**
 * The element of an item.
 *
 * @param {Item} item
 * @param {ItemOptions} options
 * @returns {{ element: HTMLElement, update: (item: Item) => void }}
 */
export function itemElement(item, options) {
  const { texts, now } = options;
  if (item.kind === "message") return messageElement(item.key, options);
  const label = h("span");
  const element = h("li", { class: `divider divider-${item.kind}` }, label);
  if (item.kind === "unread") element.setAttribute("data-testid", "unread-divider");
  return {
    element,
    update: () => setText(label, item.kind === "day" ? texts.day(item.at, now()) : texts.t("thread.unread")),
  };
}

/**
 * @param {string} key
 * @param {ItemOptions} options
 * @returns {{ element: HTMLElement, update: (item: Item) => void }}
 */
function messageElement(key, { texts, onRetry, onDiscard }) {
  const text = h("p", { class: "message-text", "data-testid": "message-text", dir: "auto" });
  const time = h("time", { class: "message-time", "data-testid": "message-time" });
  const tick = icon("pending");
  const word = h("span", { class: "sr-only" });
  const status = h("span", { class: "message-status", "data-testid": "message-status" }, tick, word);
  const foot = h("p", { class: "message-foot" }, time);
  const bubble = h("div", { class: "bubble" }, text, foot);
  const problem = h("p", { class: "message-problem" });
  const reason = h("span");
  const retry = h("button", { type: "button", class: "link", "data-testid": "retry" });
  const discard = h("button", { type: "button", class: "link", "data-testid": "discard" });
  problem.append(reason, retry, discard);
  retry.addEventListener("click", () => onRetry(key));
  discard.addEventListener("click", () => onDiscard(key));
  const element = h("li", { class: "message", "data-testid": "message" }, bubble);
  /** @param {MessageItem} item */
  const update = (item) => {
    setText(text, item.removed ? texts.t("thread.removed") : item.text);
    text.classList.toggle("removed", item.removed);
    setText(time, texts.time(item.at));
    setAttribute(time, "datetime", new Date(item.at).toISOString());
    setAttribute(element, "data-mine", `${item.mine}`);
    setAttribute(element, "data-message-id", item.id);
    setAttribute(element, "data-seq", item.seq);
    element.classList.toggle("follows", item.follows);
    setPresent(foot, status, item.status !== null);
    setPresent(element, problem, item.status === "failed");
    if (item.status === null) return;
    if (status.getAttribute("data-status") !== item.status) setIcon(tick, item.status);
    setAttribute(status, "data-status", item.status);
    setText(word, texts.t(`status.${item.status}`));
    setText(reason, item.error === null ? "" : texts.error(item.error));
    setText(retry, texts.t("thread.retry"));
    setText(discard, texts.t("thread.discard"));
  };
  return {
    element,
    update: (item) => {
      if (item.kind === "message") update(item);
    },
  };
}
