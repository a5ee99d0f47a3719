/**
 * Where somebody reads in a thread: which part of it is in the page, and that nothing of what is seen jumps.
 *
 * @module
 */
import { moveOf, rangeOf } from "../../core/thread_window.js";
import { batch, signal } from "../../vendor/preact.js";

/** @import { Extent, Item } from "../../core/thread_items.js" */
/** @import { Range } from "../../core/thread_window.js" */
/** @import { Signal } from "../../vendor/preact.js" */

/** This near to the end is at it, px. */
const NEAR = 48;
/** With fewer messages held above the page, more are asked for, so that no wheel is faster. */
const AHEAD = 300;

/** What is drawn. @typedef {{ items: readonly Item[], range: Range, extent: Extent }} Drawn */

/** @type {Drawn} */
const NOTHING = { items: [], range: { from: 1, to: 0 }, extent: { first: 1, last: 0 } };

export class Reading {
  /** The first ordinal in the page; null: the page ends with the newest. @type {Signal<number | null>} */
  start = signal(null);
  /** Whether the newest message is in view. */
  atNewest = signal(true);
  /** Whether the oldest held message is so near that older ones are wanted. */
  wantsOlder = signal(false);
  /** @type {HTMLElement | null} */
  #box = null;
  /** @type {HTMLElement | null} */
  #list = null;
  #drawn = NOTHING;
  #isToTop = false;
  /** What must not move: a line in view and how far below the box's top it was. @type {{ line: Element, top: number } | null} */
  #anchor = null;

  /**
   * Takes the box that scrolls and the list in it.
   *
   * @param {HTMLElement} box
   * @param {HTMLElement} list One child for each item.
   * @returns {() => void} Lets go of them.
   */
  attach(box, list) {
    this.#box = box;
    this.#list = list;
    const look = () => this.#look();
    box.addEventListener("scroll", look, { passive: true });
    // Rooms change: a phone's keyboard, a growing composer, a turned screen, a font that came late.
    const resized = new ResizeObserver(() => this.#hold());
    resized.observe(box);
    resized.observe(list);
    return () => {
      box.removeEventListener("scroll", look);
      resized.disconnect();
      this.#box = null;
      this.#list = null;
    };
  }

  /** The part of a thread that belongs in the page. @param {Extent} extent @returns {Range} */
  rangeIn(extent) {
    return rangeOf(this.start.value, extent);
  }

  /** Notes what must not move, before the items change. */
  beforeDrawing() {
    if (this.start.peek() !== null) this.#anchor = this.#lineInView();
  }

  /**
   * Puts what is read back where it was, after the items changed.
   *
   * @param {Drawn} drawn
   */
  afterDrawing(drawn) {
    this.#drawn = drawn;
    this.#hold();
  }

  /** Puts the keyboard's focus where one scrolls. */
  focus() {
    this.#box?.focus({ preventScroll: true });
  }

  /** Shows the newest message, and stays with the newest. */
  toNewest() {
    batch(() => {
      this.start.value = null;
      this.atNewest.value = true;
    });
    const { range, extent } = this.#drawn;
    if (range.to === extent.last) this.#hold();
  }

  /** Shows the oldest message that is held. */
  toOldest() {
    const { range, extent } = this.#drawn;
    this.#isToTop = true;
    batch(() => {
      this.start.value = extent.first;
      this.atNewest.value = false;
    });
    if (range.from === extent.first) this.#hold();
  }

  #hold() {
    const box = this.#box;
    if (box === null) return;
    if (this.#isToTop) box.scrollTop = 0;
    else if (this.start.peek() === null) box.scrollTop = box.scrollHeight;
    else if (this.#anchor?.line.isConnected === true) {
      const moved = this.#topOf(this.#anchor.line) - this.#anchor.top;
      if (moved !== 0) box.scrollTop += moved;
    }
    this.#isToTop = false;
    this.#look();
  }

  /** Finds out what is seen, and whether that asks for another part of the thread. */
  #look() {
    const box = this.#box;
    const { items, range, extent } = this.#drawn;
    if (box === null) return;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    const atNewest = below < NEAR && range.to === extent.last;
    this.#anchor = this.#lineInView();
    const from = this.#firstInView(box.getBoundingClientRect().top);
    const to = this.#firstInView(box.getBoundingClientRect().bottom);
    const seen = {
      from: items[from]?.ordinal ?? range.to,
      to: items[Math.min(to, items.length - 1)]?.ordinal ?? range.to,
    };
    batch(() => {
      this.atNewest.value = atNewest;
      this.wantsOlder.value = seen.from - extent.first < AHEAD && (!atNewest || box.scrollTop < NEAR);
      if (atNewest) this.start.value = null;
      else this.start.value = moveOf(range, extent, seen) ?? this.start.peek() ?? range.from;
    });
  }

  /** The line that is read: the first that reaches into the box. */
  #lineInView() {
    const top = this.#box?.getBoundingClientRect().top ?? 0;
    const line = this.#list?.children[this.#firstInView(top)];
    return line === undefined ? null : { line, top: this.#topOf(line) };
  }

  /**
   * @param {number} y
   * @returns {number} The index of the first line that reaches below it; one past the last where none does.
   */
  #firstInView(y) {
    const lines = this.#list?.children ?? [];
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle]?.getBoundingClientRect().bottom ?? 0) > y) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** @param {Element} line */
  #topOf(line) {
    return line.getBoundingClientRect().top - (this.#box?.getBoundingClientRect().top ?? 0);
  }
}
