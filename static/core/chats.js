/**
 * What news of messages and marks does to the conversations. Pure, as state.js.
 *
 * @module
 */
import { peerOfMessage } from "./frames.js";
import { withChat, without, withPresence } from "./state.js";
import { EMPTY_TIMELINE, holeOf, insert, newestRun, skipHole } from "./timeline.js";
import { unreadAfter, unreadTold, unreadWith } from "./unread.js";

/** @import { Conversation, MessageFrame, OnlineUser, ServerFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { Chat, ChatState } from "./state.js" */
/** @import { Timeline } from "./timeline.js" */

/** @typedef {Extract<ServerFrame, { type: "sync" }>["data"]} SyncData */
/** @typedef {Extract<ServerFrame, { type: "read" }>} Acknowledgement */

/**
 * Takes one page of a sync.
 *
 * @param {ChatState} state
 * @param {SyncData} data
 * @returns {ChatState}
 */
export function withSync(state, data) {
  const chats = new Map(state.chats);
  for (const id of data.gone) chats.delete(id);
  for (const id of data.reset) {
    const chat = chats.get(id);
    if (chat !== undefined) chats.set(id, forgotten(chat));
  }
  for (const info of data.conversations) {
    const known = chats.get(info.conversation_id);
    const messages = data.messages[info.conversation_id] ?? [];
    const before = known?.timeline ?? EMPTY_TIMELINE;
    const timeline = joined(before, before.messages.length === 0 ? newestRun(messages) : messages, info);
    chats.set(info.conversation_id, {
      info: known === undefined ? info : settled(info, { known, timeline, selfId: state.selfId }),
      timeline,
      have: Math.max(info.last_change, known?.have ?? 0),
      countedTo: info.last_seq,
      sketched: false,
    });
  }
  const peers = data.conversations.flatMap(({ peer }) => peer === null ? [] : [peer]);
  return withPresence({ ...state, chats }, peers, { whole: false });
}

/**
 * Nothing of it is true any more.
 *
 * @param {Chat} chat
 * @returns {Chat}
 */
function forgotten({ info, sketched }) {
  return {
    info: {
      ...info,
      last_seq: 0,
      last_change: 0,
      unread: 0,
      read_seq: 0,
      delivered_seq: 0,
      peer_read_seq: 0,
      peer_delivered_seq: 0,
    },
    timeline: EMPTY_TIMELINE,
    have: 0,
    countedTo: 0,
    sketched,
  };
}

/**
 * A conversation as the server tells it. It may speak of a moment ago: marks only grow, and a newer message stays the
 * newest.
 *
 * @param {Conversation} info
 * @param {{ known: Chat, timeline: Timeline, selfId: number }} options `timeline`: with what is told in it.
 * @returns {Conversation}
 */
function settled(info, { known: { info: known }, timeline, selfId }) {
  const { last_seq, last_change, last_message, updated_at } = known.last_seq > info.last_seq ? known : info;
  const read = Math.max(info.read_seq, known.read_seq);
  return {
    ...info,
    last_seq,
    last_change,
    last_message,
    updated_at,
    read_seq: read,
    unread: unreadTold(info, { timeline, read, lastSeq: last_seq, selfId }),
    peer_read_seq: higher(info.peer_read_seq, known.peer_read_seq),
    peer_delivered_seq: higher(info.peer_delivered_seq, known.peer_delivered_seq),
  };
}

/**
 * @param {Timeline} timeline
 * @param {readonly MessageFrame[]} messages
 * @param {Conversation} info
 * @returns {Timeline}
 */
function joined(timeline, messages, info) {
  const next = insert(timeline, messages);
  const hole = holeOf(next, info.last_seq);
  // What retention removed cannot be filled in.
  return hole !== null && hole.after + 1 < info.first_seq ? skipHole(next) : next;
}

/**
 * Takes messages of one conversation: live ones, or those of `history`.
 *
 * @param {ChatState} state
 * @param {string} conversationId
 * @param {readonly MessageFrame[]} messages
 * @returns {ChatState}
 */
export function withMessages(state, conversationId, messages) {
  const [first] = messages;
  if (first === undefined) return state;
  const known = state.chats.get(conversationId) ?? sketch(state, first);
  const timeline = joined(known.timeline, messages, known.info);
  let { info, have } = known;
  info = { ...info, unread: unreadWith(known, { messages, selfId: state.selfId }) };
  for (const message of messages) {
    info = noted(info, message);
    if (message.data.change === have + 1) have++;
  }
  const typing = messages.some((message) => message.from_user_id === state.typing.get(conversationId))
    ? without(state.typing, conversationId)
    : state.typing;
  return { ...withChat(state, { ...known, info, timeline, have }), typing };
}

/**
 * @param {ChatState} state
 * @param {MessageFrame} message
 * @returns {Chat}
 */
function sketch(state, message) {
  const peerId = peerOfMessage(message, state.selfId);
  const peer = state.people.get(peerId) ?? stranger(peerId);
  const info = emptyConversation(message, peer);
  return { info, timeline: EMPTY_TIMELINE, have: 0, countedTo: 0, sketched: true };
}

/**
 * Somebody of whom only the number is known.
 *
 * @param {number} userId
 * @returns {OnlineUser}
 */
export function stranger(userId) {
  return { user_id: userId, username: "", avatar: "", status: "offline", last_seen: null };
}

/**
 * @param {MessageFrame} message
 * @param {OnlineUser} peer
 * @returns {Conversation}
 */
function emptyConversation(message, peer) {
  return {
    conversation_id: message.data.conversation_id,
    kind: "direct",
    peer,
    first_seq: 1,
    last_seq: 0,
    last_change: 0,
    last_message: null,
    unread: 0,
    read_seq: 0,
    delivered_seq: 0,
    peer_read_seq: 0,
    peer_delivered_seq: 0,
    updated_at: message.timestamp,
  };
}

/**
 * A conversation once a message of it is known.
 *
 * @param {Conversation} info
 * @param {MessageFrame} message
 * @returns {Conversation}
 */
function noted(info, message) {
  const { seq, change } = message.data;
  if (seq < info.last_seq) return info;
  return {
    ...info,
    last_seq: seq,
    last_change: Math.max(info.last_change, change),
    last_message: message,
    updated_at: seq > info.last_seq ? message.timestamp : info.updated_at,
  };
}

/**
 * An own message was stored: it takes its place among the others.
 *
 * @param {ChatState} state
 * @param {Draft} draft
 * @param {Acknowledgement} frame
 * @returns {ChatState}
 */
export function withAcknowledged(state, draft, frame) {
  const { conversation_id: conversationId, seq, status } = frame.data;
  const next = withMessages(state, conversationId, [storedMessage(state.selfId, draft, frame)]);
  const chat = next.chats.get(conversationId);
  if (status !== "delivered" || chat === undefined) return next;
  const delivered = higher(chat.info.peer_delivered_seq, seq);
  return withChat(next, { ...chat, info: { ...chat.info, peer_delivered_seq: delivered } });
}

/**
 * @param {number} selfId
 * @param {Draft} draft
 * @param {Acknowledgement} frame
 * @returns {MessageFrame}
 */
function storedMessage(selfId, draft, { timestamp, data }) {
  return {
    type: "private",
    id: data.message_id,
    from_user_id: selfId,
    to_user_id: draft.toUserId,
    content: draft.content,
    timestamp,
    data: {
      message_id: data.message_id,
      conversation_id: data.conversation_id,
      seq: data.seq,
      // The acknowledgement does not tell the change; 0 lets every version from the server replace this one.
      change: 0,
      kind: "text",
      client_id: draft.id,
      is_offline: false,
    },
  };
}

/**
 * Somebody's marks moved: the other side's, or one's own, perhaps on another device.
 *
 * @param {ChatState} state
 * @param {{ userId: number, conversationId: string, deliveredSeq: number, readSeq: number }} marks
 * @returns {ChatState}
 */
export function withMarks(state, { userId, conversationId, deliveredSeq, readSeq }) {
  const chat = state.chats.get(conversationId);
  if (chat === undefined) return state;
  const { info } = chat;
  if (userId !== state.selfId) {
    const peerRead = higher(info.peer_read_seq, readSeq);
    const peerDelivered = higher(higher(info.peer_delivered_seq, deliveredSeq), readSeq);
    return withChat(state, {
      ...chat,
      info: { ...info, peer_read_seq: peerRead, peer_delivered_seq: peerDelivered },
    });
  }
  const read = Math.max(info.read_seq, readSeq);
  return withChat(state, {
    ...chat,
    info: {
      ...info,
      read_seq: read,
      delivered_seq: Math.max(info.delivered_seq, deliveredSeq, read),
      unread: unreadAfter({ unread: info.unread, lastSeq: info.last_seq, timeline: chat.timeline }, {
        read,
        selfId: state.selfId,
      }),
    },
  });
}

/**
 * Gives up the hole of a conversation: it is too wide.
 *
 * @param {ChatState} state
 * @param {string} conversationId
 * @returns {ChatState}
 */
export function withHoleSkipped(state, conversationId) {
  const chat = state.chats.get(conversationId);
  return chat === undefined ? state : withChat(state, { ...chat, timeline: skipHole(chat.timeline) });
}

/**
 * @param {number | null} one
 * @param {number | null} other
 * @returns {number | null}
 */
function higher(one, other) {
  return one === null ? other : Math.max(one, other ?? 0);
}
