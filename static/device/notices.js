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
import { readyWorker } from "./worker.js";

/** @import { MessageFrame } from "../../realtime/frames.ts" */
/** @import { Connection } from "../core/connection.js" */
/** @import { Memory } from "../core/platform.js" */

/** Whether notices are on: the key of the browser's memory. */
const SWITCH = "notices";
/** Other tabs hear of a message within this, ms. */
const CLAIM_MS = 5_000;
/** The page's picture beside a notice. */
const ICON = "/icons/app-192.png";

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
    if (!isSecureContext || !("Notification" in globalThis)) return "unsupported";
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
   * Tells of what arrives, until the function it answers with is called.
   *
   * @param {Connection} connection
   * @param {(conversationId: string) => void} onOpen Somebody tapped a notice; the page is in front.
   * @returns {() => void}
   */
  follow(connection, onOpen) {
    const { userId } = connection;
    const attention = new Attention(attendedLock(userId));
    const open = (/** @type {MessageEvent<unknown>} */ { data }) => {
      const tapped = readTap(data);
      if (tapped?.userId === userId) onOpen(tapped.conversationId);
    };
    globalThis.navigator.serviceWorker?.addEventListener("message", open);
    const unlisten = connection.on("arrived", (message) => {
      if (this.state() === "on" && !isAttended()) void tell({ connection, message, onOpen });
    });
    return () => {
      unlisten();
      attention.end();
      globalThis.navigator.serviceWorker?.removeEventListener("message", open);
    };
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
 * @param {{ connection: Connection, message: MessageFrame, onOpen: (conversationId: string) => void }} options
 */
async function tell({ connection, message, onOpen }) {
  const { userId, state } = connection;
  const { locks } = navigator;
  const { held = [] } = await locks.query();
  if (held.some(({ name }) => name === attendedLock(userId))) return;
  await locks.request(`go-chat.notice.${message.id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    const { title, body } = noticeOf(state, message);
    const { conversation_id: conversationId } = message.data;
    // A newer message takes the place of the one before it, and is heard again.
    const tag = `go-chat.${userId}.${conversationId}`;
    const options = { body, tag, renotify: true, icon: ICON, data: { userId, conversationId } };
    if (await show(title, { options, onTap: () => onOpen(conversationId) })) await pause(CLAIM_MS);
  });
}

/**
 * By the service worker where there is one: phones know no other way, and it outlives the page.
 *
 * @param {string} title
 * @param {{ options: NotificationOptions & { renotify: boolean }, onTap: () => void }} how
 * @returns {Promise<boolean>} Whether it is shown.
 */
async function show(title, { options, onTap }) {
  try {
    const registration = await readyWorker();
    if (registration !== null) {
      await registration.showNotification(title, options);
      return true;
    }
    const notice = new Notification(title, options);
    notice.onclick = () => {
      notice.close();
      focus();
      onTap();
    };
    return true;
  } catch {
    // The permission may be gone by now; the title of the page counts what is unread.
    return false;
  }
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
