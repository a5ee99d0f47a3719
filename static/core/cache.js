/**
 * The contract of what is kept on this device for reading while there is no connection, and what goes into it.
 *
 * It is a cache: the server is the truth, `sync` brings what is missing, and losing it loses nothing.
 *
 * @module
 */
import { EMPTY_TIMELINE, insert } from "./timeline.js";

/** @import { Conversation, MessageFrame } from "../../realtime/frames.ts" */
/** @import { Pair } from "./marks.js" */
/** @import { Chat, ChatState } from "./state.js" */

/** Messages kept of one conversation: the newest. */
export const MAX_SAVED_MESSAGES = 200;
/** Conversations whose messages are kept: the newest. */
export const MAX_SAVED_THREADS = 50;
/** Conversations kept; with more, the next sync is asked for all of them. */
export const MAX_SAVED_CHATS = 500;

/**
 * One conversation. `messages` have no hole; what they do not reach up to `info.last_seq`, or all of them where none
 * are kept, is asked for again.
 *
 * @typedef {object} SavedChat
 * @property {Conversation} info
 * @property {number} have
 * @property {Pair} told The own marks that the server is known to have.
 * @property {readonly MessageFrame[]} messages
 */

/**
 * @typedef {object} SavedHead
 * @property {string} epoch Of the store that all of it came from.
 * @property {string} selfName
 * @property {string | null} since For the next sync, or null: it has to bring everything.
 */

/** @typedef {SavedHead & { chats: readonly SavedChat[] }} Saved */

/**
 * @typedef {SavedHead & {
 *   replaces: boolean,
 *   chats: readonly SavedChat[],
 *   gone: readonly string[],
 * }} SavedChange What changed. `replaces`: this epoch is the server's, so what is kept of another one goes first.
 */

/**
 * What one person's conversations are kept in. Several tabs may write at once.
 *
 * Nothing may be taken for known that is not: a save is one transaction; a chat whose `have` is lower than the one
 * that is kept is left out of it, since another tab knew more.
 *
 * @typedef {object} ChatCache
 * @property {() => Promise<Saved | null>} load Null where there is nothing that can be read.
 * @property {(change: SavedChange) => Promise<SaveResult>} save
 * @property {() => Promise<void>} clear Leaves nothing of this person.
 */

/**
 * `stale`: what is kept is of another epoch, and this change does not replace it. `wiped`: the person signed out in
 * another tab, and nothing may be kept any more.
 *
 * @typedef {"saved" | "stale" | "wiped"} SaveResult
 */

/**
 * A conversation as it is kept.
 *
 * @param {Chat} chat
 * @param {{ state: ChatState, told: Pair, withMessages: boolean }} options
 * @returns {SavedChat}
 */
export function toSaved({ info, timeline, have }, { state, told, withMessages }) {
  const peer = info.peer === null ? null : state.people.get(info.peer.user_id) ?? info.peer;
  const messages = withMessages ? timeline.messages.slice(-MAX_SAVED_MESSAGES) : [];
  return { info: { ...info, peer }, have, told, messages };
}

/**
 * What was kept, as the page knows things. Nobody is online: that was then.
 *
 * @param {ChatState} state
 * @param {Saved} saved
 * @returns {ChatState}
 */
export function withSaved(state, { selfName, since, chats }) {
  const asleep = chats.map((saved) => ({
    ...saved,
    info: { ...saved.info, peer: offline(saved.info.peer) },
  }));
  return {
    ...state,
    selfName,
    since,
    people: new Map(
      asleep.flatMap(({ info: { peer } }) =>
        peer === null ? [] : [/** @type {const} */ ([peer.user_id, peer])]
      ),
    ),
    chats: new Map(asleep.map((saved) => [saved.info.conversation_id, toChat(saved)])),
  };
}

/**
 * @param {SavedChat} saved
 * @returns {Chat}
 */
function toChat({ info, have, messages }) {
  const timeline = insert(EMPTY_TIMELINE, messages);
  return { info, have, timeline, countedTo: info.last_seq, sketched: false };
}

/**
 * @param {Conversation["peer"]} peer
 * @returns {Conversation["peer"]}
 */
function offline(peer) {
  return peer === null ? null : { ...peer, status: "offline" };
}
