/**
 * Keeps a scrolling box where its reader is: at the newest line, or at the line being read.
 *
 * @module
 */

/** This near to an end is at it, in pixels. */
const NEAR = 48;

export class ScrollKeeper {
  /** Whether the newest line is in view. */
  atBottom = true;
  /** Called when {@link atBottom} may have changed. @type {() => void} */
  onChange = () => {};
  #box;

  /**
   * @param {HTMLElement} box
   * @param {{ onTop: () => void, onBottom: () => void }} options
   */
  constructor(box, { onTop, onBottom }) {
    this.#box = box;
    box.addEventListener("scroll", () => {
      this.atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      this.onChange();
      if (this.atBottom) onBottom();
      if (box.scrollTop < NEAR && !this.atBottom) onTop();
    }, { passive: true });
    // The keyboard of a phone and a growing composer take room from below.
    new ResizeObserver(() => {
      if (this.atBottom) this.toBottom();
    }).observe(box);
  }

  /** Shows the newest line. */
  toBottom() {
    this.atBottom = true;
    this.#box.scrollTop = this.#box.scrollHeight;
    this.onChange();
  }

  /**
   * Changes what is in the box without moving what is read.
   *
   * @param {() => void} change
   */
  keep(change) {
    const { scrollTop, scrollHeight } = this.#box;
    const first = this.#box.querySelector("li:not(.divider)");
    const before = first?.getBoundingClientRect().top ?? 0;
    change();
    if (this.atBottom) return this.toBottom();
    const moved = first?.isConnected === true ? first.getBoundingClientRect().top - before : 0;
    this.#box.scrollTop = scrollTop + moved;
    if (this.#box.scrollHeight !== scrollHeight) this.onChange();
  }
}
