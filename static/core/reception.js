/**
 * Takes what the server says to where it belongs: answers, own messages that are stored, news.
 *
 * @module
 */
import { arrivalsOf, isArrival } from "./arrivals.js";
import { withAcknowledged } from "./chats.js";
import { withFrame } from "./news.js";
import { withTyping } from "./state.js";
import { TypingHeard } from "./typing.js";

/** @import { MessageFrame, ServerFrame } from "../../realtime/frames.ts" */
/** @import { CatchUp } from "./catch_up.js" */
/** @import { SyncData } from "./chats.js" */
/** @import { Marks } from "./marks.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Clock } from "./platform.js" */
/** @import { Requests } from "./requests.js" */
/** @import { ChatState } from "./state.js" */

/**
 * @typedef {object} ReceptionOptions
 * @property {() => ChatState} state
 * @property {(state: ChatState) => void} update
 * @property {Clock} clock
 * @property {Requests} requests
 * @property {Outbox} outbox
 * @property {Marks} marks
 * @property {CatchUp} catchUp
 * @property {(message: MessageFrame) => void} onArrival A message of somebody else is news.
 */

export class Reception {
  #options;
  #heard;

  /** @param {ReceptionOptions} options */
  constructor(options) {
    this.#options = options;
    const { clock, state, update } = options;
    this.#heard = new TypingHeard({
      clock,
      onStopped: (conversationId, userId) =>
        update(withTyping(state(), { conversationId, userId, active: false })),
    });
  }

  /**
   * Takes one frame.
   *
   * @param {ServerFrame} frame
   */
  take(frame) {
    const { requests, outbox, state, update } = this.#options;
    if (requests.take(frame)) return;
    if (frame.type === "read") return this.#takeAcknowledgement(frame);
    if (frame.type === "error") return void outbox.refuse(frame);
    const before = state();
    update(withFrame(before, frame));
    if (frame.type === "private") this.#takeMessage(frame, before);
    else if (frame.type === "resync") this.#options.catchUp.syncWithin(frame.data.within_ms);
    else if (frame.type === "typing") {
      const { conversation_id: conversationId, active } = frame.data;
      this.#heard.hear(conversationId, { userId: frame.from_user_id, active });
    } else if (frame.type === "receipt" && frame.from_user_id === before.selfId) {
      const { conversation_id: id, delivered_seq: delivered, read_seq: read } = frame.data;
      this.#options.marks.note(id, { delivered, read });
    }
  }

  /**
   * Looks through a page of a sync, before it is taken.
   *
   * @param {SyncData} page
   */
  notePage(page) {
    const { marks, onArrival, state } = this.#options;
    for (const id of page.reset) marks.drop(id);
    for (const { conversation_id: id, delivered_seq: delivered, read_seq: read } of page.conversations) {
      marks.note(id, { delivered, read });
    }
    this.settle(Object.values(page.messages).flat());
    for (const message of arrivalsOf(state(), page)) onArrival(message);
  }

  /**
   * Own messages that came back are stored, though their acknowledgement was lost.
   *
   * @param {readonly MessageFrame[]} messages
   */
  settle(messages) {
    const { outbox, state } = this.#options;
    for (const { from_user_id: userId, data } of messages) {
      if (userId === state().selfId && data.client_id !== undefined) outbox.acknowledge(data.client_id);
    }
  }

  /**
   * @param {MessageFrame} message
   * @param {ChatState} before
   */
  #takeMessage(message, before) {
    this.settle([message]);
    this.#follow(message.data.conversation_id);
    if (isArrival(before, message)) this.#options.onArrival(message);
  }

  /** @param {Extract<ServerFrame, { type: "read" }>} frame */
  #takeAcknowledgement(frame) {
    const { outbox, state, update } = this.#options;
    const draft = outbox.drafts.find(({ id }) => id === frame.data.original_message_id);
    if (draft === undefined) return;
    // The message first, the draft after it: it is never out of sight.
    update(withAcknowledged(state(), draft, frame));
    outbox.acknowledge(draft.id);
    this.#follow(frame.data.conversation_id);
  }

  /**
   * After a message of a conversation: what is missing, who this is, how far it was received.
   *
   * @param {string} conversationId
   */
  #follow(conversationId) {
    const { catchUp, marks, state } = this.#options;
    if (state().chats.get(conversationId)?.sketched === true) catchUp.syncWithin(200);
    catchUp.checkHoles();
    marks.soon();
  }
}
