/**
 * What stands in a thread, in order: messages, those on their way, and the lines between them.
 *
 * Every message has an ordinal, without holes: its seq, and for what is on its way the numbers after the newest seq.
 *
 * @module
 */
import { startOfDay } from "./i18n.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { Chat } from "./state.js" */

/** @typedef {"pending" | "stored" | "delivered" | "read" | "failed"} Status */

/**
 * A message as it is shown.
 *
 * @typedef {object} MessageItem
 * @property {"message"} kind
 * @property {string} key The same from the first key press to the last tick.
 * @property {number} ordinal
 * @property {boolean} mine
 * @property {number} senderId
 * @property {string} text
 * @property {boolean} removed
 * @property {number} at Milliseconds since 1970.
 * @property {Status | null} status Of an own message.
 * @property {string | null} error Why it failed: a machine word.
 * @property {string | null} id Null until it is stored.
 * @property {number | null} seq
 * @property {boolean} follows The message above is of the same person and minute.
 * @property {boolean} leads The message below is of the same person and minute.
 */

/**
 * @typedef {{ kind: "day", key: string, ordinal: number, at: number }
 *   | { kind: "unread", key: string, ordinal: number }
 *   | MessageItem} Item `ordinal` of a line is that of the message below it.
 */

/**
 * The ordinals there are; none when `last` is below `first`.
 *
 * @typedef {{ first: number, last: number }} Extent
 */

/**
 * @typedef {object} ThreadSource
 * @property {Chat | undefined} chat
 * @property {readonly Draft[]} drafts Of this thread.
 * @property {number} selfId
 * @property {number | null} unreadFrom The first seq that was unread when the thread was opened.
 */

const MINUTE_MS = 60_000;
/** Among so many of the newest messages one is looked for that was a draft just now. */
const RECENT = 256;

/**
 * What there is to show.
 *
 * @param {Pick<ThreadSource, "chat" | "drafts">} source
 * @returns {Extent}
 */
export function extentOf({ chat, drafts }) {
  const messages = chat?.timeline.messages ?? [];
  const first = messages[0]?.data.seq ?? 1;
  return { first, last: first + messages.length + drafts.length - 1 };
}

/**
 * What of a person's unsent messages belongs to a thread and is not among its stored ones.
 *
 * @param {readonly Draft[]} drafts
 * @param {{ chat: Chat | undefined, peerId: number }} thread
 * @returns {readonly Draft[]}
 */
export function draftsOf(drafts, { chat, peerId }) {
  const own = drafts.filter((draft) => draft.toUserId === peerId);
  if (own.length === 0) return own;
  // The other tab may have heard of the storing before this one forgets the draft.
  const stored = new Set(chat?.timeline.messages.slice(-RECENT).map(({ data }) => data.client_id));
  return own.filter(({ id }) => !stored.has(id));
}

/**
 * The items of a part of the thread. They look as they would in the whole.
 *
 * @param {ThreadSource} source
 * @param {{ from: number, to: number }} range Ordinals, both inclusive.
 * @returns {Item[]}
 */
export function itemsOf(source, { from, to }) {
  const divider = dividerOf(source);
  /** @type {Item[]} */
  const items = [];
  let above = messageAt(source, from - 1);
  for (let ordinal = from; ordinal <= to + 1; ordinal++) {
    const item = messageAt(source, ordinal);
    if (item === null) continue;
    const day = startOfDay(item.at);
    const startsDay = above === null || startOfDay(above.at) !== day;
    const startsUnread = ordinal === divider;
    item.follows = !startsDay && !startsUnread && above !== null && isTogether(above, item);
    if (above !== null) above.leads = item.follows;
    above = item;
    if (ordinal > to) continue;
    if (startsDay) items.push({ kind: "day", key: `day ${day} ${ordinal}`, ordinal, at: day });
    if (startsUnread) items.push({ kind: "unread", key: "unread", ordinal });
    items.push(item);
  }
  return items;
}

/**
 * How far an own message has come by the marks of the other side.
 *
 * @param {number} seq
 * @param {Chat | undefined} chat
 * @returns {Status}
 */
export function statusOf(seq, chat) {
  if (seq <= (chat?.info.peer_read_seq ?? 0)) return "read";
  return seq <= (chat?.info.peer_delivered_seq ?? 0) ? "delivered" : "stored";
}

/**
 * @param {ThreadSource} source
 * @param {number} ordinal
 * @returns {MessageItem | null}
 */
function messageAt({ chat, drafts, selfId }, ordinal) {
  const messages = chat?.timeline.messages ?? [];
  const index = ordinal - (messages[0]?.data.seq ?? 1);
  const message = messages[index];
  if (message !== undefined) return storedItem(message, { chat, mine: message.from_user_id === selfId });
  const draft = drafts[index - messages.length];
  return draft === undefined ? null : draftItem(draft, { ordinal, selfId });
}

/**
 * Above which ordinal the line stands that says what is new: the first unread one of others, if it is held.
 *
 * @param {ThreadSource} source
 * @returns {number | null}
 */
function dividerOf({ chat, selfId, unreadFrom }) {
  const messages = chat?.timeline.messages ?? [];
  const first = messages[0]?.data.seq ?? 0;
  if (unreadFrom === null || first === 0 || first > unreadFrom) return null;
  for (let index = unreadFrom - first; index < messages.length; index++) {
    const message = messages[index];
    if (message !== undefined && message.from_user_id !== selfId) return message.data.seq;
  }
  return null;
}

/**
 * @param {MessageItem} one
 * @param {MessageItem} other
 * @returns {boolean}
 */
function isTogether(one, other) {
  return one.senderId === other.senderId &&
    Math.floor(one.at / MINUTE_MS) === Math.floor(other.at / MINUTE_MS);
}

/**
 * @param {MessageFrame} message
 * @param {{ chat: Chat | undefined, mine: boolean }} options
 * @returns {MessageItem}
 */
function storedItem({ content, data, from_user_id: senderId, timestamp }, { chat, mine }) {
  return {
    kind: "message",
    // An own message keeps its element when it is acknowledged.
    key: mine ? data.client_id ?? data.message_id : data.message_id,
    ordinal: data.seq,
    mine,
    senderId,
    text: content,
    removed: data.deleted_at !== undefined,
    at: Date.parse(timestamp),
    status: mine ? statusOf(data.seq, chat) : null,
    error: null,
    id: data.message_id,
    seq: data.seq,
    follows: false,
    leads: false,
  };
}

/**
 * @param {Draft} draft
 * @param {{ ordinal: number, selfId: number }} options
 * @returns {MessageItem}
 */
function draftItem(draft, { ordinal, selfId }) {
  return {
    kind: "message",
    key: draft.id,
    ordinal,
    mine: true,
    senderId: selfId,
    text: draft.content,
    removed: false,
    at: draft.createdAt,
    status: draft.status,
    error: draft.error,
    id: null,
    seq: null,
    follows: false,
    leads: false,
  };
}
