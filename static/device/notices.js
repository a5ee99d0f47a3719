/**
 * Notices of new messages, by the system, while nobody looks at the page. Off until somebody switches them on.
 *
 * Of all tabs that know of a message one tells, and none while one of them is looked at.
 *
 * @module
 */
import { noticeOf } from "../core/notice_text.js";
import { isAttended } from "./attention.js";
import { pause } from "./pause.js";
import { closeNotices, showNotice } from "./system_notice.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Connection } from "../core/connection.js" */
/** @import { Memory } from "../core/platform.js" */

/** Whether notices are on: the key of the browser's memory. */
const SWITCH = "notices";
/** Other tabs hear of a message within this, ms. */
const CLAIM_MS = 5_000;
/**
 * `unsupported`: not by this browser, or not over plain http. `blocked`: the browser was told never to ask.
 *
 * @typedef {"unsupported" | "off" | "on" | "blocked"} NoticeState
 */

/** @typedef {{ userId: number, conversationId: string }} NoticeData */

export class Notices {
  #memory;

  /** @param {Memory} memory The browser's: it is one switch for all tabs. */
  constructor(memory) {
    this.#memory = memory;
  }

  /** @returns {NoticeState} */
  state() {
    if (!isSecureContext || !("Notification" in globalThis && "locks" in navigator)) return "unsupported";
    if (Notification.permission === "denied") return "blocked";
    return this.#memory.get(SWITCH) === true && Notification.permission === "granted" ? "on" : "off";
  }

  /**
   * Asks for the permission where that was never done, so call it when somebody switched them on.
   *
   * @returns {Promise<NoticeState>} What came of it.
   */
  async turnOn() {
    if (this.state() === "unsupported") return "unsupported";
    this.#memory.set(SWITCH, true);
    if (Notification.permission === "default") await Notification.requestPermission();
    return this.state();
  }

  /** @returns {NoticeState} */
  turnOff() {
    this.#memory.set(SWITCH, null);
    return this.state();
  }

  /**
   * Tells of what arrives, and no more of what was read, until the function it answers with is called.
   *
   * @param {Connection} connection
   * @param {(conversationId: string) => void} onOpen Somebody tapped a notice; the page is in front.
   * @returns {() => void}
   */
  follow(connection, onOpen) {
    const follower = new Follower(connection, { isOn: () => this.state() === "on", onOpen });
    return () => follower.end();
  }
}

/** What one connection's notices are about. */
class Follower {
  #connection;
  #options;
  #attention;
  /** Conversations that this tab told of and nobody has read since. @type {Set<string>} */
  #told = new Set();
  #ending = new AbortController();
  #unlisten;

  /**
   * @param {Connection} connection
   * @param {{ isOn: () => boolean, onOpen: (conversationId: string) => void }} options
   */
  constructor(connection, options) {
    this.#connection = connection;
    this.#options = options;
    this.#attention = new Attention(attendedLock(connection.userId));
    const { signal } = this.#ending;
    globalThis.navigator.serviceWorker?.addEventListener("message", (event) => this.#tapped(event), {
      signal,
    });
    this.#unlisten = [
      connection.on("arrived", (message) => {
        if (options.isOn() && !isAttended()) void this.#tell(message);
      }),
      connection.on("change", () => this.#takeBack()),
    ];
  }

  /** Leaves no notice of this person behind, of an earlier page neither: they show what was written. */
  end() {
    this.#ending.abort();
    this.#attention.end();
    for (const unlisten of this.#unlisten) unlisten();
    const theirs = tagOf(this.#connection.userId, "");
    void closeNotices((tag) => tag.startsWith(theirs));
  }

  /** @param {MessageEvent<unknown>} event */
  #tapped({ data }) {
    const tapped = readTap(data);
    if (tapped?.userId === this.#connection.userId) this.#options.onOpen(tapped.conversationId);
  }

  /** @param {MessageFrame} message */
  async #tell(message) {
    const { userId, state } = this.#connection;
    const { locks } = navigator;
    const { held = [] } = await locks.query();
    if (held.some(({ name }) => name === attendedLock(userId))) return;
    await locks.request(`go-chat.notice.${message.id}`, { ifAvailable: true }, async (lock) => {
      if (lock === null || this.#ending.signal.aborted) return;
      const { conversation_id: conversationId } = message.data;
      const isShown = await showNotice({
        ...noticeOf(state, message),
        tag: tagOf(userId, conversationId),
        data: { userId, conversationId },
        onTap: () => this.#options.onOpen(conversationId),
      });
      if (!isShown) return;
      // It came up while the person signed out.
      if (this.#ending.signal.aborted) return this.#close(conversationId);
      this.#told.add(conversationId);
      this.#takeBack();
      await pause(CLAIM_MS);
    });
  }

  /** What was read, here or on another device, is no news. */
  #takeBack() {
    const { state } = this.#connection;
    for (const id of this.#told) {
      if (state.chats.get(id)?.info.unread !== 0) continue;
      this.#told.delete(id);
      void this.#close(id);
    }
  }

  /** @param {string} conversationId */
  async #close(conversationId) {
    const its = tagOf(this.#connection.userId, conversationId);
    await closeNotices((tag) => tag === its);
  }
}

/** Holds a lock while somebody looks at this tab: so the others know. */
class Attention {
  #name;
  /** @type {(() => void) | null} */
  #release = null;
  #ending = new AbortController();

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
    const { signal } = this.#ending;
    for (const event of ["focus", "blur"]) addEventListener(event, () => this.#look(), { signal });
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    this.#look();
  }

  end() {
    this.#ending.abort();
    this.#let();
  }

  #look() {
    if (!isAttended()) return this.#let();
    if (this.#release !== null) return;
    const held = new Promise((resolve) => this.#release = () => resolve(undefined));
    void globalThis.navigator.locks?.request(this.#name, { mode: "shared" }, () => held);
  }

  #let() {
    this.#release?.();
    this.#release = null;
  }
}

/**
 * One notice a conversation: a newer message takes the place of the one before.
 *
 * @param {number} userId
 * @param {string} conversationId
 * @returns {string}
 */
function tagOf(userId, conversationId) {
  return `go-chat.${userId}.${conversationId}`;
}

/**
 * @param {number} userId
 * @returns {string}
 */
function attendedLock(userId) {
  return `go-chat.attended.${userId}`;
}

/**
 * What the service worker says of a tap (sw.js), or null for anything else.
 *
 * @param {unknown} value
 * @returns {NoticeData | null}
 */
function readTap(value) {
  if (typeof value !== "object" || value === null || !("type" in value) || !("data" in value)) return null;
  const { type, data } = value;
  if (type !== "open-conversation" || typeof data !== "object" || data === null) return null;
  if (!("userId" in data) || !("conversationId" in data)) return null;
  const { userId, conversationId } = data;
  return typeof userId === "number" && typeof conversationId === "string" ? { userId, conversationId } : null;
}
