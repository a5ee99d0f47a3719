/**
 * What the client tells, in the words of this library: made of the frames that say so.
 *
 * @module
 */
import { TypingHeard } from "./typing.js";

/** @import { MessageFrame, ServerFrame } from "../../realtime/frames.ts" */
/** @import { Clock } from "./platform.js" */

/**
 * @typedef {object} Message
 * @property {string} id The server's, unique for ever: the same however often the message is handed over.
 * @property {string} conversationId
 * @property {number} seq Its place in the conversation.
 * @property {number} from
 * @property {number} to
 * @property {string} text
 * @property {string} timestamp
 * @property {string} kind
 * @property {boolean} isLate
 */

/**
 * @typedef {object} Receipt
 * @property {string} conversationId
 * @property {number} from
 * @property {number} deliveredSeq
 * @property {number} readSeq
 */

/** @typedef {{ conversationId: string, from: number, isTyping: boolean }} Typing */

/**
 * @param {MessageFrame} frame
 * @returns {Message}
 */
export function toMessage({ from_user_id: from, to_user_id: to, content: text, timestamp, data }) {
  const { message_id: id, conversation_id: conversationId, seq, kind, is_offline: isLate } = data;
  return { id, conversationId, seq, from, to, text, timestamp, kind, isLate };
}

/**
 * @param {Extract<ServerFrame, { type: "receipt" }>} frame
 * @returns {Receipt}
 */
export function toReceipt({ from_user_id: from, data }) {
  const { conversation_id: conversationId, delivered_seq: deliveredSeq, read_seq: readSeq } = data;
  return { conversationId, from, deliveredSeq, readSeq };
}

/** Who types: told once when it begins and once when it ends, which nobody may have said. */
export class Typers {
  #tell;
  #heard;
  /** By conversation. @type {Map<string, number>} */
  #typing = new Map();

  /** @param {{ clock: Clock, tell: (typing: Typing) => void }} options */
  constructor({ clock, tell }) {
    this.#tell = tell;
    this.#heard = new TypingHeard({ clock, onStopped: (id, userId) => this.#set(id, userId, false) });
  }

  /** @param {Extract<ServerFrame, { type: "typing" }>} frame */
  hear({ from_user_id: userId, data: { conversation_id: id, active } }) {
    this.#heard.hear(id, { userId, active });
    this.#set(id, userId, active);
  }

  /**
   * Somebody wrote what was being typed.
   *
   * @param {string} id Of the conversation.
   * @param {number} userId
   */
  wrote(id, userId) {
    if (this.#typing.get(id) !== userId) return;
    this.#heard.hear(id, { userId, active: false });
    this.#set(id, userId, false);
  }

  /** Nobody is heard any more. */
  clear() {
    for (const [id, userId] of [...this.#typing]) this.wrote(id, userId);
  }

  /**
   * @param {string} conversationId
   * @param {number} from
   * @param {boolean} isTyping
   */
  #set(conversationId, from, isTyping) {
    if ((this.#typing.get(conversationId) === from) === isTyping) return;
    if (isTyping) this.#typing.set(conversationId, from);
    else this.#typing.delete(conversationId);
    this.#tell({ conversationId, from, isTyping });
  }
}
