/**
 * The messenger: lists on one side, the open thread on the other, and in debug the test panel beside them.
 *
 * @module
 */
import { stranger } from "../core/chats.js";
import { chatsByActivity, chatWith } from "../core/state.js";
import { conversationsView } from "./conversations.js";
import { DebugSend } from "./debug_send.js";
import { coalesced, h, View } from "./dom.js";
import { frameLogView } from "./frame_log.js";
import { headerView } from "./header.js";
import { icon } from "./icons.js";
import { onlineView } from "./online.js";
import { Thread } from "./thread.js";

/** @import { Connection } from "../core/connection.js" */
/** @import { Memory } from "../core/platform.js" */
/** @import { Chat } from "../core/state.js" */
/** @import { Preferences } from "./preferences.js" */
/** @import { OpenThread } from "./thread.js" */

/**
 * @typedef {object} MessengerOptions
 * @property {Preferences} preferences
 * @property {Connection} connection
 * @property {boolean} debug
 * @property {Memory} memory Of this tab: which thread is open outlives a reload.
 * @property {() => number} now
 * @property {() => void} onLeave
 */

export class Messenger extends View {
  #options;
  /** @type {Thread | null} */
  #thread = null;
  /** @type {OpenThread | null} */
  #open = null;
  /** @type {string | null} */
  #stopped = null;
  /** Nobody chose anything yet, so that the test page may show the first thread by itself. */
  #untouched;
  /** What is written and not sent, by thread. @type {Map<string, string>} */
  #written = new Map();
  #main = h("div", { class: "main" });
  #debugSend;
  /** @type {(() => void)[]} */
  #endings = [];

  /** @param {MessengerOptions} options */
  constructor(options) {
    super(h("div", { class: "messenger", "data-debug": `${options.debug}` }));
    this.#options = options;
    const { connection, debug, memory, preferences } = options;
    const remembered = readThread(memory.get(this.#memoryKey()));
    this.#untouched = remembered === null;
    this.#debugSend = !debug ? null : new DebugSend({
      texts: preferences.texts,
      selfId: connection.state.selfId,
      onSend: (message) => this.#sendTo(message),
      onTyping: (toUserId) => connection.typing(toUserId),
    });
    this.#build();
    if (remembered !== null) this.#openThread(remembered);
    this.bind(() => this.#followFirst());
    const refresh = coalesced(() => this.update());
    this.#endings.push(
      connection.on("change", refresh),
      connection.on("ended", ({ code }) => {
        this.#stopped = code === 4509 ? "state.replaced" : "state.stopped";
        refresh();
      }),
    );
    for (const event of ["focus", "online"]) addEventListener(event, refresh);
    document.addEventListener("visibilitychange", refresh);
    this.#endings.push(() => {
      for (const event of ["focus", "online"]) removeEventListener(event, refresh);
      document.removeEventListener("visibilitychange", refresh);
    });
  }

  /** Stops listening; the element may be thrown away. */
  end() {
    for (const end of this.#endings) end();
  }

  #build() {
    const { preferences, connection, debug, now, onLeave } = this.#options;
    const { texts } = preferences;
    const header = this.child(headerView({
      preferences,
      connection,
      debug,
      stopped: () => this.#stopped,
      onReconnect: () => {
        this.#stopped = null;
        connection.start();
      },
      onLeave,
    }));
    const state = () => connection.state;
    const lists = h("nav", { class: "lists" });
    this.attribute(lists, "aria-label", () => texts.t("main.conversations"));
    lists.append(
      this.child(conversationsView({
        texts,
        state,
        now,
        isOpen: (chat) => this.#isOpen(chat),
        onOpen: (chat) => this.#choose(threadOf(chat)),
      })).element,
      this.child(onlineView({
        texts,
        state,
        showIds: debug,
        onOpen: (userId) => this.#choose(this.#threadWith(userId)),
      })).element,
    );
    const columns = h("main", { class: "columns" }, lists, this.#main);
    if (this.#debugSend !== null) {
      const panel = h("section", { class: "debug" }, this.child(this.#debugSend).element);
      panel.append(this.child(frameLogView({ texts, connection, now })).element);
      this.attribute(panel, "aria-label", () => texts.t("debug.title"));
      columns.append(panel);
    }
    this.element.append(header.element, columns);
    this.#showNothing();
    this.attribute(this.element, "data-link", () => connection.link);
    this.bind(() => this.#thread?.update());
  }

  #showNothing() {
    const { texts } = this.#options.preferences;
    const title = this.text(h("p", { class: "nothing-title" }), () => texts.t("thread.none"));
    const hint = this.text(h("p", {}), () => texts.t("thread.none_hint"));
    this.#nothing.append(icon("chat"), title, hint);
    this.#main.replaceChildren(this.#nothing);
  }

  #nothing = h("div", { class: "nothing" });

  /**
   * Somebody chose a thread.
   *
   * @param {OpenThread} thread
   */
  #choose(thread) {
    this.#openThread(thread);
    if (thread.peerId !== 0) this.#debugSend?.setTarget(thread.peerId);
    this.#thread?.focus();
  }

  /** @param {OpenThread} thread */
  #openThread(thread) {
    const { preferences, connection, memory, now } = this.#options;
    this.#closeThread();
    this.#open = thread;
    this.#untouched = false;
    memory.set(this.#memoryKey(), { peerId: thread.peerId, conversationId: thread.conversationId });
    this.#thread = new Thread({
      texts: preferences.texts,
      connection,
      now,
      thread,
      chat: () => this.#chatOf(thread),
      person: () => connection.state.people.get(thread.peerId) ?? stranger(thread.peerId),
      draft: this.#written.get(keyOf(thread)) ?? "",
      onBack: () => this.#back(),
    });
    this.#main.replaceChildren(this.#thread.element);
    this.element.setAttribute("data-view", "thread");
    this.#thread.showNewest();
    this.update();
  }

  #closeThread() {
    if (this.#thread !== null && this.#open !== null) {
      this.#written.set(keyOf(this.#open), this.#thread.draft);
      this.#options.connection.typing(null);
    }
    this.#thread = null;
    this.#open = null;
  }

  #back() {
    this.#closeThread();
    this.#options.memory.set(this.#memoryKey(), null);
    this.#main.replaceChildren(this.#nothing);
    this.element.setAttribute("data-view", "list");
    this.update();
    /** @type {HTMLElement | null} */ (this.element.querySelector(".lists .row"))?.focus();
  }

  /**
   * @param {{ toUserId: number, content: string }} message
   * @returns {boolean}
   */
  #sendTo(message) {
    if (this.#options.connection.send(message) === null) return false;
    if (this.#open?.peerId !== message.toUserId) this.#openThread(this.#threadWith(message.toUserId));
    this.#thread?.showNewest();
    return true;
  }

  /** On the test page the first conversation opens by itself: what arrives is seen. */
  #followFirst() {
    const { connection, debug } = this.#options;
    if (!debug || !this.#untouched) return;
    const [first] = chatsByActivity(connection.state);
    if (first === undefined) return;
    this.#openThread({ ...threadOf(first), unreadFrom: null });
    if (first.info.peer !== null) this.#debugSend?.setTarget(first.info.peer.user_id);
  }

  /**
   * @param {number} userId
   * @returns {OpenThread}
   */
  #threadWith(userId) {
    const chat = chatWith(this.#options.connection.state, userId);
    return chat === undefined ? { peerId: userId, conversationId: null, unreadFrom: null } : threadOf(chat);
  }

  /**
   * @param {OpenThread} thread
   * @returns {Chat | undefined}
   */
  #chatOf({ peerId, conversationId }) {
    const { state } = this.#options.connection;
    return conversationId === null ? chatWith(state, peerId) : state.chats.get(conversationId);
  }

  /**
   * @param {Chat} chat
   * @returns {boolean}
   */
  #isOpen(chat) {
    return this.#open !== null && keyOf(threadOf(chat)) === keyOf(this.#open);
  }

  #memoryKey() {
    return `thread.${this.#options.connection.state.selfId}`;
  }
}

/**
 * @param {Chat} chat
 * @returns {OpenThread}
 */
function threadOf({ info }) {
  const peerId = info.kind === "direct" ? info.peer?.user_id ?? 0 : 0;
  return {
    peerId,
    conversationId: peerId === 0 ? info.conversation_id : null,
    unreadFrom: info.unread > 0 ? info.read_seq + 1 : null,
  };
}

/**
 * @param {OpenThread} thread
 * @returns {string}
 */
function keyOf({ peerId, conversationId }) {
  return conversationId ?? `with ${peerId}`;
}

/**
 * The thread that was open before a reload, or null.
 *
 * @param {unknown} value
 * @returns {OpenThread | null}
 */
function readThread(value) {
  if (typeof value !== "object" || value === null || !("peerId" in value) || !("conversationId" in value)) {
    return null;
  }
  const { peerId, conversationId } = value;
  if (typeof peerId !== "number" || !(conversationId === null || typeof conversationId === "string")) {
    return null;
  }
  return { peerId, conversationId, unreadFrom: null };
}
