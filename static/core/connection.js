/**
 * The client of the chat: one object that connects, keeps up with the server, and sends what people write.
 *
 * @module
 */
import { assemble } from "./assembly.js";
import { withSaved } from "./cache.js";
import { withMarks } from "./chats.js";
import { REPLACED, SESSION_ENDED, TOO_BIG } from "./close.js";
import { Emitter } from "./emitter.js";
import { EMPTY_STATE } from "./state.js";
import { Writing } from "./writing.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { ChatCache } from "./cache.js" */
/** @import { Draft } from "./draft.js" */
/** @import { LinkEvents, LinkOptions, LinkState, Welcome } from "./link.js" */
/** @import { Memory } from "./platform.js" */
/** @import { ChatState } from "./state.js" */

/**
 * `change` comes after every change of {@link Connection.state}, {@link Connection.link}, {@link Connection.retryAt}
 * or {@link Connection.slow}. `arrived`: a message of somebody else is news, live or found after being away (then the
 * newest of its conversation alone). `ended`: it will not come back by itself.
 *
 * @typedef {{ change: ChatState, arrived: MessageFrame } & Pick<LinkEvents, "traffic" | "ended" | "lost">} ConnectionEvents
 */

/**
 * @typedef {LinkOptions & {
 *   userId: number,
 *   newId: () => string,
 *   memory: Memory,
 *   cache?: ChatCache,
 * }} ConnectionOptions `userId`: who this is meant to be; drafts of one person are never sent as another. `memory`:
 *   where own messages wait, and what is being written: the browser's (all tabs share it), or the tab's own where
 *   the identity is the tab's. `cache`: where conversations are kept for reading offline.
 */

/** @extends {Emitter<ConnectionEvents>} */
export class Connection extends Emitter {
  /** What is being written and not sent, by thread. */
  writing;
  /** People without a conversation yet. */
  acquaintances;
  #options;
  #state = EMPTY_STATE;
  /** @type {string | null} */
  #epoch = null;
  /** @type {number | null} */
  #endedWith = null;
  #parts;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    const { clock, memory, userId } = options;
    this.writing = new Writing({ memory, clock, userId });
    this.#parts = assemble(options, {
      state: () => this.#state,
      update: (state) => this.#update(state),
      epoch: () => this.#epoch,
      onArrival: (message) => this.emit("arrived", message),
      onSlow: (isSlow) => {
        if (isSlow) this.#parts.link.probe();
        this.emit("change", this.#state);
      },
    });
    this.acquaintances = this.#parts.acquaintances;
    this.#state = { ...EMPTY_STATE, selfId: userId, drafts: this.#parts.outbox.drafts };
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
    return this.#parts.link.state;
  }

  /** When the next attempt to connect begins, in ms since 1970; null while none is waited for. */
  get retryAt() {
    return this.#parts.link.retryAt;
  }

  /** Whether it is connected, something it sent waits for an answer, and the server has been silent for 3 s. */
  get slow() {
    return this.#parts.slowness.isSlow;
  }

  /** The close code after which it does not come back by itself, or null. */
  get endedWith() {
    return this.#endedWith;
  }

  /**
   * Shows what was kept for reading offline, before {@link start}. Never rejects, and takes a second at most. False
   * when there is nothing.
   *
   * @returns {Promise<boolean>}
   */
  async restore() {
    const saved = await this.#parts.keeper?.load() ?? null;
    if (saved === null || this.#epoch !== null) return false;
    this.#epoch = saved.epoch;
    for (const { info, told } of saved.chats) this.#parts.marks.note(info.conversation_id, told);
    this.#state = withSaved(this.#state, saved);
    this.#parts.keeper?.restored();
    this.#parts.reception.settle(saved.chats.flatMap(({ messages }) => messages));
    this.emit("change", this.#state);
    return true;
  }

  /** Connects, and stays connected. */
  start() {
    this.#endedWith = null;
    this.#parts.outbox.watch();
    this.#parts.link.start();
  }

  /** Hangs up. What waits to be sent is kept for {@link start}. */
  stop() {
    this.#silence({ tooBig: false });
    this.#parts.outbox.unwatch();
    this.#parts.link.stop();
  }

  /** Tries at once: somebody asked for it, or the network is said to be back. */
  nudge() {
    this.#parts.link.nudge();
  }

  /**
   * Somebody looks at the page again: {@link nudge}; and a connection that newer ones of the same person replaced
   * comes back.
   */
  wake() {
    this.#parts.marks.hurry(false);
    this.#parts.outbox.reread();
    if (this.#endedWith === REPLACED) this.start();
    else this.nudge();
  }

  /**
   * Nobody looks at the page any more: {@link flush}. Timers are slow now, so nothing waits for one that need not.
   * Never rejects.
   */
  async doze() {
    this.#parts.marks.hurry(true);
    await this.flush();
  }

  /** Keeps what changed, at once: the page may be gone in a moment. Never rejects. */
  async flush() {
    await this.#parts.keeper?.flush();
  }

  /**
   * Leaves nothing of this person on this device, in any tab: the person signs out. Never rejects. After a session
   * that ended by itself, `keepUnsent` keeps what was written and never sent for when the person is back.
   *
   * @param {{ keepUnsent?: boolean }} [options]
   */
  async forget({ keepUnsent = false } = {}) {
    if (!keepUnsent) {
      this.#parts.outbox.forget();
      this.writing.forget();
    }
    await this.#parts.keeper?.forget();
  }

  /**
   * Sends, now or as soon as possible. Null when too much waits already.
   *
   * @param {{ toUserId: number, content: string }} message
   * @returns {Draft | null}
   */
  send(message) {
    this.#parts.typing.reset();
    return this.#parts.outbox.add(message);
  }

  /** @param {string} id Of a failed message. */
  retry(id) {
    this.#parts.outbox.retry(id);
  }

  /** @param {string} id Of a failed message. */
  discard(id) {
    this.#parts.outbox.discard(id);
  }

  /**
   * A key was pressed in what is written to that person; null: nothing is written any more.
   *
   * @param {number | null} toUserId
   */
  typing(toUserId) {
    if (toUserId === null) this.#parts.typing.stop();
    else this.#parts.typing.key(toUserId);
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
    this.#parts.marks.soon();
  }

  /**
   * Loads older messages, or the newest when none are held. False when there are known to be no more.
   *
   * @param {{ conversationId: string } | { peerId: number }} target
   * @returns {Promise<boolean>}
   */
  older(target) {
    return this.#parts.catchUp.older(target);
  }

  #listen() {
    const { link, outbox, reception, slowness } = this.#parts;
    link.on("traffic", (event) => {
      this.emit("traffic", event);
      if (event.direction === "out") slowness.sent();
    });
    link.on("state", () => this.emit("change", this.#state));
    link.on("welcome", (welcome) => this.#welcomed(welcome));
    link.on("frame", (frame) => reception.take(frame));
    link.on("heard", () => slowness.heard());
    link.on("lost", (event) => {
      this.#silence({ tooBig: event.code === TOO_BIG });
      if (event.again) void this.flush();
      this.emit("lost", event);
    });
    link.on("ended", (event) => this.#ended(event));
    outbox.on("change", (drafts) => this.#update({ ...this.#state, drafts }));
  }

  /** @param {Welcome} welcome */
  #welcomed({ user_id: userId, username, epoch, limits }) {
    if (userId !== this.#options.userId) {
      this.stop();
      return this.#ended({ code: SESSION_ENDED, reason: "another account" });
    }
    if (this.#epoch !== null && this.#epoch !== epoch) {
      this.#parts.marks.forget();
      this.#parts.keeper?.renew();
      this.#state = { ...EMPTY_STATE, selfId: userId, drafts: this.#parts.outbox.drafts };
    }
    this.#epoch = epoch;
    this.#update({ ...this.#state, selfName: username });
    this.#parts.catchUp.open();
    const { content_points: contentPoints, frame_bytes: frameBytes, messages } = limits;
    this.#parts.outbox.open({ contentPoints, frameBytes, messages });
  }

  /** @param {LinkEvents["ended"]} event */
  #ended(event) {
    this.#endedWith = event.code;
    // Another tab may have signed out: what it wiped must not be written again.
    if (event.code !== REPLACED) this.#parts.keeper?.close();
    this.emit("ended", event);
  }

  /** @param {{ tooBig: boolean }} options */
  #silence(options) {
    this.#parts.requests.fail();
    this.#parts.catchUp.close();
    this.#parts.marks.close();
    this.#parts.typing.reset();
    this.#parts.outbox.close(options);
    this.#parts.slowness.reset();
  }

  /** @param {ChatState} state */
  #update(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#parts.keeper?.soon();
    this.emit("change", state);
  }
}
