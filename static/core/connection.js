/**
 * The client of the chat: one object that connects, keeps up with the server, and sends what people write.
 *
 * @module
 */
import { CatchUp } from "./catch_up.js";
import { withAcknowledged, withMarks } from "./chats.js";
import { SESSION_ENDED, TOO_BIG } from "./close.js";
import { readDrafts } from "./draft.js";
import { Emitter } from "./emitter.js";
import { Link } from "./link.js";
import { Marks } from "./marks.js";
import { withFrame } from "./news.js";
import { Outbox } from "./outbox.js";
import { Requests } from "./requests.js";
import { EMPTY_STATE, withTyping } from "./state.js";
import { TypingHeard, TypingTeller } from "./typing.js";

/** @import { MessageFrame, ServerFrame } from "../../realtime/frames.ts" */
/** @import { Draft } from "./draft.js" */
/** @import { LinkEvents, LinkOptions, LinkState, Welcome } from "./link.js" */
/** @import { Memory } from "./platform.js" */
/** @import { Answers } from "./requests.js" */
/** @import { ChatState } from "./state.js" */

/**
 * `change` comes after every change of {@link Connection.state} or {@link Connection.link}. `ended`: it will not
 * come back by itself.
 *
 * @typedef {{ change: ChatState } & Pick<LinkEvents, "traffic" | "ended" | "lost">} ConnectionEvents
 */

/**
 * @typedef {LinkOptions & {
 *   userId: number,
 *   newId: () => string,
 *   memory: Memory,
 * }} ConnectionOptions `userId`: who this is meant to be; drafts of one person are never sent as another.
 */

/** @extends {Emitter<ConnectionEvents>} */
export class Connection extends Emitter {
  #options;
  #state = EMPTY_STATE;
  /** @type {string | null} */
  #epoch = null;
  #link;
  #requests;
  #outbox;
  #marks;
  #catchUp;
  #typing;
  #heard;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    const { clock, random, newId, memory, userId } = options;
    this.#link = new Link(options);
    const send = this.#link.send.bind(this.#link);
    const state = () => this.#state;
    this.#requests = new Requests({ send, clock, newId });
    this.#marks = new Marks({ send, state, clock });
    this.#typing = new TypingTeller({ send, clock });
    this.#heard = new TypingHeard({
      clock,
      onStopped: (conversationId, by) =>
        this.#update(withTyping(this.#state, { conversationId, userId: by, active: false })),
    });
    this.#outbox = new Outbox({
      send,
      clock,
      random,
      newId,
      drafts: readDrafts(memory.get(`drafts.${userId}`)),
    });
    this.#catchUp = new CatchUp({
      requests: this.#requests,
      state,
      update: (change) => this.#update(change(this.#state)),
      onPage: (data) => this.#noteSync(data),
      onSynced: () => this.#marks.open(),
      clock,
      random,
    });
    this.#state = { ...EMPTY_STATE, selfId: userId, drafts: this.#outbox.drafts };
    this.#listen();
  }

  /** @returns {ChatState} */
  get state() {
    return this.#state;
  }

  /** Who this is meant to be. */
  get userId() {
    return this.#options.userId;
  }

  /** @returns {LinkState} */
  get link() {
    return this.#link.state;
  }

  /** Connects, and stays connected. */
  start() {
    this.#link.start();
  }

  /** Hangs up. What waits to be sent is kept for {@link start}. */
  stop() {
    this.#silence({ tooBig: false });
    this.#link.stop();
  }

  /** Tries at once, when the network is said to be back. */
  nudge() {
    this.#link.nudge();
  }

  /** Forgets what waits to be sent, in this tab too: the person signs out. */
  forget() {
    this.#options.memory.set(`drafts.${this.#options.userId}`, null);
  }

  /**
   * Sends, now or as soon as possible. Null when too much waits already.
   *
   * @param {{ toUserId: number, content: string }} message
   * @returns {Draft | null}
   */
  send(message) {
    this.#typing.reset();
    return this.#outbox.add(message);
  }

  /** @param {string} id Of a failed message. */
  retry(id) {
    this.#outbox.retry(id);
  }

  /** @param {string} id Of a failed message. */
  discard(id) {
    this.#outbox.discard(id);
  }

  /**
   * A key was pressed in what is written to that person; null: nothing is written any more.
   *
   * @param {number | null} toUserId
   */
  typing(toUserId) {
    if (toUserId === null) this.#typing.stop();
    else this.#typing.key(toUserId);
  }

  /**
   * Everything up to `seq` was seen.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  read(conversationId, seq) {
    const chat = this.#state.chats.get(conversationId);
    if (chat === undefined || seq <= chat.info.read_seq) return;
    this.#update(
      withMarks(this.#state, { userId: this.#state.selfId, conversationId, deliveredSeq: seq, readSeq: seq }),
    );
    this.#marks.soon();
  }

  /**
   * Loads older messages, or the newest when none are held. False when there are known to be no more.
   *
   * @param {{ conversationId: string } | { peerId: number }} target
   * @returns {Promise<boolean>}
   */
  older(target) {
    return this.#catchUp.older(target);
  }

  #listen() {
    this.#link.on("traffic", (event) => this.emit("traffic", event));
    this.#link.on("state", () => this.emit("change", this.#state));
    this.#link.on("welcome", (welcome) => this.#welcomed(welcome));
    this.#link.on("frame", (frame) => this.#take(frame));
    this.#link.on("lost", (event) => {
      this.#silence({ tooBig: event.code === TOO_BIG });
      this.emit("lost", event);
    });
    this.#link.on("ended", (event) => this.emit("ended", event));
    this.#outbox.on("change", (drafts) => {
      this.#options.memory.set(`drafts.${this.#options.userId}`, drafts.length === 0 ? null : drafts);
      this.#update({ ...this.#state, drafts });
    });
  }

  /** @param {Welcome} welcome */
  #welcomed({ user_id: userId, username, epoch, limits }) {
    if (userId !== this.#options.userId) {
      this.stop();
      return this.emit("ended", { code: SESSION_ENDED, reason: "another account" });
    }
    if (this.#epoch !== null && this.#epoch !== epoch) {
      this.#marks.forget();
      this.#state = { ...EMPTY_STATE, selfId: userId, drafts: this.#outbox.drafts };
    }
    this.#epoch = epoch;
    this.#update({ ...this.#state, selfName: username });
    this.#catchUp.open();
    this.#outbox.open({ contentPoints: limits.content_points, frameBytes: limits.frame_bytes });
  }

  /** @param {{ tooBig: boolean }} options */
  #silence(options) {
    this.#requests.fail();
    this.#catchUp.close();
    this.#marks.close();
    this.#typing.reset();
    this.#outbox.close(options);
  }

  /** @param {ServerFrame} frame */
  #take(frame) {
    if (this.#requests.take(frame)) return;
    if (frame.type === "read") return this.#takeAcknowledgement(frame);
    if (frame.type === "error") return void this.#outbox.refuse(frame);
    this.#update(withFrame(this.#state, frame));
    if (frame.type === "private") {
      this.#settle([frame]);
      this.#follow(frame.data.conversation_id);
    } else if (frame.type === "resync") {
      this.#catchUp.syncWithin(frame.data.within_ms);
    } else if (frame.type === "typing") {
      this.#heard.hear(frame.data.conversation_id, {
        userId: frame.from_user_id,
        active: frame.data.active,
      });
    } else if (frame.type === "receipt" && frame.from_user_id === this.#state.selfId) {
      const { conversation_id: id, delivered_seq: delivered, read_seq: read } = frame.data;
      this.#marks.note(id, { delivered, read });
    }
  }

  /** @param {Extract<ServerFrame, { type: "read" }>} frame */
  #takeAcknowledgement(frame) {
    const draft = this.#outbox.drafts.find(({ id }) => id === frame.data.original_message_id);
    if (draft === undefined) return;
    // The message first, the draft after it: it is never out of sight.
    this.#update(withAcknowledged(this.#state, draft, frame));
    this.#outbox.acknowledge(draft.id);
    this.#follow(frame.data.conversation_id);
  }

  /** @param {Answers["sync"]} data */
  #noteSync(data) {
    for (const { conversation_id: id, delivered_seq: delivered, read_seq: read } of data.conversations) {
      this.#marks.note(id, { delivered, read });
    }
    this.#settle(Object.values(data.messages).flat());
  }

  /**
   * Own messages that came back are stored, though their acknowledgement was lost.
   *
   * @param {readonly MessageFrame[]} messages
   */
  #settle(messages) {
    for (const { from_user_id: userId, data } of messages) {
      if (userId === this.#state.selfId && data.client_id !== undefined) {
        this.#outbox.acknowledge(data.client_id);
      }
    }
  }

  /**
   * After a message of a conversation: what is missing, who this is, how far it was received.
   *
   * @param {string} conversationId
   */
  #follow(conversationId) {
    if (this.#state.chats.get(conversationId)?.sketched === true) this.#catchUp.syncWithin(200);
    this.#catchUp.checkHoles();
    this.#marks.soon();
  }

  /** @param {ChatState} state */
  #update(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.emit("change", state);
  }
}
