/**
 * What the page knows: conversations, people, marks. Plain data; what people and their typing change. What messages change: chats.js.
 *
 * Pure: no time, no socket, no DOM.
 *
 * @module
 */
/** @import { Conversation, OnlineUser } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { Timeline } from "./timeline.js" */

/**
 * One conversation: the server's view of it, brought up to date, and the messages held.
 *
 * @typedef {object} Chat
 * @property {Conversation} info
 * @property {Timeline} timeline
 * @property {number} have The highest change up to which nothing is missing, for `sync`.
 * @property {number} countedTo The newest seq that the server's count of unread ones knows of.
 * @property {boolean} sketched Made from a message alone: the server has not described it yet.
 */

/**
 * @typedef {object} ChatState
 * @property {number} selfId 0 while nobody is known.
 * @property {string} selfName
 * @property {ReadonlyMap<string, Chat>} chats By conversation id.
 * @property {ReadonlyMap<number, OnlineUser>} people
 * @property {ReadonlyMap<string, number>} typing Who types, by conversation id.
 * @property {readonly Draft[]} drafts
 * @property {string | null} since What the last finished sync gave to hand back.
 */

/** @type {ChatState} */
export const EMPTY_STATE = {
  selfId: 0,
  selfName: "",
  chats: new Map(),
  people: new Map(),
  typing: new Map(),
  drafts: [],
  since: null,
};

/**
 * The direct conversation with somebody, or undefined while there is none.
 *
 * @param {ChatState} state
 * @param {number} peerId
 * @returns {Chat | undefined}
 */
export function chatWith(state, peerId) {
  for (const chat of state.chats.values()) {
    if (chat.info.peer?.user_id === peerId) return chat;
  }
  return undefined;
}

/**
 * Conversations, newest activity first.
 *
 * @param {ChatState} state
 * @returns {Chat[]}
 */
export function chatsByActivity(state) {
  return [...state.chats.values()].toSorted((one, other) =>
    other.info.updated_at.localeCompare(one.info.updated_at) ||
    one.info.conversation_id.localeCompare(other.info.conversation_id)
  );
}

/**
 * Who is online, by name.
 *
 * @param {ChatState} state
 * @returns {OnlineUser[]}
 */
export function onlinePeople(state) {
  return [...state.people.values()]
    .filter((person) => person.status === "online")
    .toSorted((one, other) => one.username.localeCompare(other.username) || one.user_id - other.user_id);
}

/**
 * Who is online changed. A whole list tells of everybody: who is absent is not online.
 *
 * @param {ChatState} state
 * @param {readonly OnlineUser[]} users
 * @param {{ whole: boolean }} options
 * @returns {ChatState}
 */
export function withPresence(state, users, { whole }) {
  /** @type {ReadonlyMap<number, OnlineUser>} */
  let people = state.people;
  if (whole) {
    people = new Map(
      [...people].map(([id, user]) => [id, { ...user, status: /** @type {const} */ ("offline") }]),
    );
  }
  return {
    ...state,
    people: new Map([...people, ...users.map((user) => /** @type {const} */ ([user.user_id, user]))]),
  };
}

/**
 * Somebody types, or stopped.
 *
 * @param {ChatState} state
 * @param {{ conversationId: string, userId: number, active: boolean }} options
 * @returns {ChatState}
 */
export function withTyping(state, { conversationId, userId, active }) {
  const typing = active
    ? new Map(state.typing).set(conversationId, userId)
    : without(state.typing, conversationId);
  return { ...state, typing };
}

/**
 * Puts one conversation in its place.
 *
 * @param {ChatState} state
 * @param {Chat} chat
 * @returns {ChatState}
 */
export function withChat(state, chat) {
  return { ...state, chats: new Map(state.chats).set(chat.info.conversation_id, chat) };
}

/**
 * A map without one of its entries.
 *
 * @template Key, Value
 * @param {ReadonlyMap<Key, Value>} map
 * @param {Key} key
 * @returns {ReadonlyMap<Key, Value>}
 */
export function without(map, key) {
  const next = new Map(map);
  next.delete(key);
  return next;
}
