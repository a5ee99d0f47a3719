/**
 * The own messages that wait, as every tab of this browser sees them.
 *
 * A tab shows a message that another one saw stored until it has the message itself, so that nothing is ever out of
 * sight: such a draft has `settled` and is sent no more.
 *
 * @module
 */
import { byTime } from "./draft.js";

/** @import { Draft } from "./draft.js" */
/** @import { DraftStore } from "./draft_store.js" */

export class DraftList {
  #store;
  /** @type {readonly Draft[]} */
  #drafts;
  /** Another tab saw them stored; their message is on its way here. @type {Set<string>} */
  #settled = new Set();

  /** @param {DraftStore} store */
  constructor(store) {
    this.#store = store;
    this.#drafts = store.read();
  }

  /** @returns {readonly Draft[]} In the order they were written. */
  get all() {
    return this.#drafts;
  }

  /** Whether some are stored whose message this tab has not got yet. */
  get hasSettled() {
    return this.#settled.size > 0;
  }

  /**
   * A moment after every other: order is told by it.
   *
   * @param {number} now
   * @returns {number}
   */
  nextTime(now) {
    return Math.max(now, (this.#drafts.at(-1)?.createdAt ?? 0) + 1);
  }

  /**
   * @param {string} id
   * @returns {Draft | undefined}
   */
  find(id) {
    return this.#drafts.find((draft) => draft.id === id);
  }

  /** @param {Draft} draft */
  add(draft) {
    this.#store.put(draft);
    this.#drafts = [...this.#drafts, draft].toSorted(byTime);
  }

  /**
   * @param {string} id
   * @param {Draft} next May have another id.
   */
  replace(id, next) {
    // What another tab saw stored must not wait again.
    if (!this.#store.has(id)) return this.#settle(id);
    if (next.id !== id) this.#store.remove(id);
    this.#store.put(next);
    this.#drafts = this.#drafts.map((draft) => draft.id === id ? next : draft);
  }

  /** @param {string} id */
  remove(id) {
    this.#store.remove(id);
    this.#drop(id);
  }

  /**
   * Whether it must still be sent.
   *
   * @param {Draft} draft
   * @returns {boolean}
   */
  waits({ id, status }) {
    if (status !== "pending" || this.#settled.has(id)) return false;
    if (this.#store.has(id)) return true;
    this.#settle(id);
    return false;
  }

  /**
   * Another tab wrote or changed one.
   *
   * @param {Draft} draft
   */
  takeIn(draft) {
    this.#settled.delete(draft.id);
    const others = this.#drafts.filter(({ id }) => id !== draft.id);
    this.#drafts = [...others, draft].toSorted(byTime);
  }

  /**
   * Another tab saw one stored, or discarded it.
   *
   * @param {string} id
   */
  letGo(id) {
    if (this.find(id)?.status === "pending") this.#settle(id);
    else this.#drop(id);
  }

  /** Everything that is stored is known here now. Answers whether one was waiting for that. */
  dropSettled() {
    const isNews = this.#settled.size > 0;
    this.#drafts = this.#drafts.filter(({ id }) => !this.#settled.has(id));
    this.#settled.clear();
    return isNews;
  }

  /** Looks again at what is kept: a page that slept was told nothing. Answers whether there was news. */
  reread() {
    const kept = this.#store.read();
    const fresh = kept.filter(({ id, status }) => this.find(id)?.status !== status);
    const gone = this.#drafts.filter(({ id }) => !this.#settled.has(id) && !this.#store.has(id));
    for (const draft of fresh) this.takeIn(draft);
    for (const { id } of gone) this.letGo(id);
    return fresh.length + gone.length > 0;
  }

  /** Forgets everything: the person signs out. */
  forget() {
    this.#store.forget();
    this.#settled.clear();
    this.#drafts = [];
  }

  /** @param {string} id */
  #settle(id) {
    if (this.find(id) !== undefined) this.#settled.add(id);
  }

  /** @param {string} id */
  #drop(id) {
    this.#settled.delete(id);
    this.#drafts = this.#drafts.filter((draft) => draft.id !== id);
  }
}
