/**
 * What the messenger's views share: the connection's state as signals, which thread is open, and what a person can do.
 *
 * @module
 */
import { stranger } from "../core/chats.js";
import { REPLACED } from "../core/close.js";
import { chatWith } from "../core/state.js";
import { batch, signal } from "../vendor/preact.js";
import { coalesced } from "./parts/coalesced.js";
import { readThread, threadKey, threadOf } from "./open_thread.js";

/** @import { Account } from "../core/api.js" */
/** @import { Connection } from "../core/connection.js" */
/** @import { Result } from "../core/http.js" */
/** @import { LinkState } from "../core/link.js" */
/** @import { Chat, ChatState } from "../core/state.js" */
/** @import { Notices } from "../device/notices.js" */
/** @import { Signal } from "../vendor/preact.js" */
/** @import { OpenThread } from "./open_thread.js" */
/** @import { Page } from "./page.js" */
/** @import { Person } from "./parts/person.js" */

/**
 * @typedef {object} DeskOptions
 * @property {Page} page
 * @property {Connection} connection
 * @property {boolean} debug
 * @property {Notices} notices
 * @property {() => void} onLeave Somebody signs out, or disconnects in debug.
 * @property {() => void} onOther Somebody else is signed in here by now: calls would be theirs.
 */

export class Desk {
  /** @type {Signal<ChatState>} */
  state;
  /** @type {Signal<LinkState>} */
  link;
  /** When the next attempt to connect begins, in ms since 1970. @type {Signal<number | null>} */
  retryAt = signal(null);
  /** Whether the server is connected and silent. */
  slow = signal(false);
  /** Why the connection does not come back by itself: the name of a sentence. @type {Signal<string | null>} */
  stopped = signal(null);
  /** @type {Signal<OpenThread | null>} */
  open;
  /** One's own account, once somebody asked. @type {Signal<Account | null>} */
  account = signal(null);
  /** The part of the settings that was asked for, "" for all; null: they are closed. @type {Signal<"" | "invites" | null>} */
  settings = signal(null);
  /** What screen readers are told, and how much they were told before. */
  told = signal({ count: 0, text: "" });
  /** Raised when the cursor should go where one writes. */
  focusAsked = signal(0);
  /** Raised when the thread should show its newest message. */
  newestAsked = signal(0);
  #options;
  /** Nobody chose anything yet, so that the test page may show the first thread by itself. */
  #untouched;
  /** @type {(() => void)[]} */
  #endings = [];

  /** @param {DeskOptions} options */
  constructor(options) {
    this.#options = options;
    const { connection, page } = options;
    this.state = signal(connection.state);
    this.link = signal(connection.link);
    const remembered = readThread(page.tab.get(this.#memoryKey()));
    this.open = signal(remembered);
    this.#untouched = remembered === null;
    if (remembered !== null) this.#meet(remembered.peerId);
    const refresh = coalesced(() => this.#refresh());
    this.#endings.push(
      connection.on("change", refresh),
      connection.on("ended", ({ code }) => {
        this.stopped.value = code === REPLACED ? "state.replaced" : "state.stopped";
        this.#refresh();
      }),
    );
  }

  /** @returns {Page} */
  get page() {
    return this.#options.page;
  }

  /** @returns {Connection} */
  get connection() {
    return this.#options.connection;
  }

  /** What is written and not sent, by thread: kept on this device. */
  get writing() {
    return this.connection.writing;
  }

  /** Notices of the system for what arrives while nobody looks. */
  get notices() {
    return this.#options.notices;
  }

  /** Whether this is the test page: the identity is the tab's, and no account. */
  get debug() {
    return this.#options.debug;
  }

  /**
   * Has something ended with the desk.
   *
   * @param {() => void} end
   */
  onEnd(end) {
    this.#endings.push(end);
  }

  /** Hangs up and stops listening. */
  end() {
    for (const end of this.#endings) end();
  }

  /** Signs out, or disconnects in debug. */
  leave() {
    this.#options.onLeave();
  }

  /**
   * Asks who one is. In debug nobody has an account.
   *
   * @returns {Promise<Result<Account>>}
   */
  async learnAccount() {
    const result = await this.page.api.me();
    if (result.ok && result.data.id !== this.connection.userId) this.#options.onOther();
    else if (result.ok) this.account.value = result.data;
    return result;
  }

  /**
   * Tells screen readers something that others see.
   *
   * @param {string} text
   */
  tell(text) {
    this.told.value = { count: this.told.peek().count + 1, text };
  }

  /** Connects again after the connection had ended for good. */
  reconnect() {
    this.stopped.value = null;
    this.connection.start();
  }

  /**
   * Opens a thread: somebody chose it.
   *
   * @param {OpenThread} thread
   */
  choose(thread) {
    this.#show(thread);
    this.focusAsked.value++;
  }

  /**
   * Opens a conversation of the list.
   *
   * @param {Chat} chat
   */
  openChat(chat) {
    this.choose(threadOf(chat));
  }

  /**
   * Opens a conversation by its id, where it is known.
   *
   * @param {string} conversationId
   */
  openConversation(conversationId) {
    const chat = this.connection.state.chats.get(conversationId);
    if (chat !== undefined) this.openChat(chat);
  }

  /**
   * Opens the thread with somebody, whether or not there is a conversation yet.
   *
   * @param {number} userId
   */
  openPerson(userId) {
    this.choose(this.#threadWith(userId));
  }

  /** Back to the lists. */
  back() {
    this.connection.typing(null);
    this.page.tab.set(this.#memoryKey(), null);
    this.open.value = null;
  }

  /**
   * Sends, and shows the thread it went to. False when too much waits already.
   *
   * @param {{ toUserId: number, content: string }} message
   * @returns {boolean}
   */
  send(message) {
    if (this.connection.send(message) === null) return false;
    if (this.open.peek()?.peerId !== message.toUserId) this.#show(this.#threadWith(message.toUserId));
    // Shown in the same turn: what was written is seen where it was sent.
    this.#refresh();
    this.newestAsked.value++;
    return true;
  }

  /**
   * The conversation behind a thread, once there is one.
   *
   * @param {OpenThread} thread
   * @returns {Chat | undefined}
   */
  chatOf({ peerId, conversationId }) {
    const state = this.state.value;
    return conversationId === null ? chatWith(state, peerId) : state.chats.get(conversationId);
  }

  /**
   * What is known of somebody.
   *
   * @param {number} userId
   * @returns {Person}
   */
  personOf(userId) {
    const state = this.state.value;
    return state.people.get(userId) ?? chatWith(state, userId)?.info.peer ?? stranger(userId);
  }

  /**
   * @param {Chat} chat
   * @returns {boolean}
   */
  isOpen(chat) {
    const open = this.open.value;
    return open !== null && threadKey(threadOf(chat)) === threadKey(open);
  }

  /**
   * Opens a thread that nobody chose: on the test page the first one shows by itself, so that what arrives is seen.
   *
   * @param {Chat} chat
   */
  follow(chat) {
    if (this.debug && this.#untouched) this.#show({ ...threadOf(chat), unreadFrom: null });
  }

  #refresh() {
    batch(() => {
      this.state.value = this.connection.state;
      this.link.value = this.connection.link;
      this.retryAt.value = this.connection.retryAt;
      this.slow.value = this.connection.slow;
      // It may have come back because somebody looks again.
      if (this.connection.endedWith === null) this.stopped.value = null;
    });
  }

  /** @param {OpenThread} thread */
  #show(thread) {
    this.#untouched = false;
    this.#meet(thread.peerId);
    if (this.open.peek()?.peerId !== thread.peerId) this.connection.typing(null);
    this.page.tab.set(this.#memoryKey(), { peerId: thread.peerId, conversationId: thread.conversationId });
    batch(() => {
      this.settings.value = null;
      this.open.value = thread;
      this.newestAsked.value++;
    });
  }

  /**
   * @param {number} userId
   * @returns {OpenThread}
   */
  #threadWith(userId) {
    const chat = chatWith(this.connection.state, userId);
    return chat === undefined ? { peerId: userId, conversationId: null, unreadFrom: null } : threadOf(chat);
  }

  /** @param {number} userId Whose thread is open, and who may be known by number alone. */
  #meet(userId) {
    this.connection.acquaintances.meet({ userId, username: "" });
  }

  #memoryKey() {
    return `thread.${this.connection.userId}`;
  }
}
