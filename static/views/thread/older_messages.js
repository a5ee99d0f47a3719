/**
 * The older messages of a thread: asked for in time, one page at a time.
 *
 * @module
 */
import { PAGE } from "../../core/catch_up.js";
import { MAX_HELD } from "../../core/timeline.js";
import { signal } from "../../vendor/preact.js";

/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

export class OlderMessages {
  /** Whether an answer is awaited. */
  loading = signal(false);
  /** Whether the last question got no answer: then nothing is asked again by itself. */
  stalled = signal(false);
  #desk;
  #thread;
  #hasOlder = true;

  /**
   * @param {Desk} desk
   * @param {OpenThread} thread
   */
  constructor(desk, thread) {
    this.#desk = desk;
    this.#thread = thread;
  }

  /** Whether there is anything older than what is held. */
  get hasOlder() {
    const chat = this.#desk.chatOf(this.#thread);
    if (chat === undefined || !this.#hasOlder) return false;
    const { messages } = chat.timeline;
    const first = messages[0]?.data.seq ?? chat.info.last_seq + 1;
    return first > chat.info.first_seq && messages.length + PAGE <= MAX_HELD;
  }

  /** Asks for the next page, unless one is under way or there is none. */
  async more() {
    const { connection } = this.#desk;
    if (this.loading.peek() || !this.hasOlder || connection.link !== "online") return;
    const { peerId, conversationId } = this.#thread;
    const before = this.#oldest();
    this.loading.value = true;
    this.#hasOlder = await connection.older(conversationId === null ? { peerId } : { conversationId });
    this.loading.value = false;
    this.stalled.value = this.#hasOlder && this.#oldest() === before;
  }

  #oldest() {
    const { chats } = this.#desk.connection.state;
    const id = this.#desk.chatOf(this.#thread)?.info.conversation_id ?? "";
    return chats.get(id)?.timeline.messages[0]?.data.seq;
  }
}
