/**
 * Who types: telling the other side, seldom while it goes on; and forgetting those who were not heard again.
 *
 * @module
 */

/** @import { OutFrame } from "./frames.js" */
/** @import { Clock } from "./platform.js" */

/** While typing, told again this often, ms; the server passes on one a second. */
const REPEAT_MS = 1_200;
/** No key for this long is the end, ms. */
const PAUSE_MS = 4_000;
/** Who was last heard typing this long ago has stopped, ms. */
const SHOWN_MS = 5_000;

export class TypingTeller {
  #options;
  #toUserId = 0;
  #toldAt = -Infinity;
  /** The other side was told, and not of the end. */
  #isTold = false;
  /** @type {(() => void) | null} */
  #cancelPause = null;
  /** @type {(() => void) | null} */
  #cancelTell = null;

  /** @param {{ send: (frame: OutFrame) => boolean, clock: Clock }} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * A key was pressed in what is written to that person.
   *
   * @param {number} toUserId
   */
  key(toUserId) {
    const { clock } = this.#options;
    if (toUserId !== this.#toUserId) this.stop();
    this.#toUserId = toUserId;
    const wait = this.#toldAt + REPEAT_MS - clock.now();
    if (wait <= 0) this.#tell(true);
    // Soon after a message the server would drop it: once, as soon as it passes.
    else if (!this.#isTold && this.#cancelTell === null) {
      this.#cancelTell = clock.after(wait, () => this.#tell(true));
    }
    this.#cancelPause?.();
    this.#cancelPause = clock.after(PAUSE_MS, () => this.stop());
  }

  /** Nothing is written any more. */
  stop() {
    if (this.#isTold) this.#tell(false);
    this.reset();
  }

  /** The message went out, or the connection is gone: the other side knows without being told. */
  reset() {
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#cancelTell?.();
    this.#cancelTell = null;
    this.#isTold = false;
  }

  /** @param {boolean} active */
  #tell(active) {
    this.#cancelTell?.();
    this.#cancelTell = null;
    this.#isTold = active;
    if (active) this.#toldAt = this.#options.clock.now();
    this.#options.send({ type: "typing", to_user_id: this.#toUserId, data: { active } });
  }
}

/** Ends what nobody ended: the frame that says so is the first to be dropped. */
export class TypingHeard {
  #options;
  /** @type {Map<string, () => void>} */
  #timers = new Map();

  /** @param {{ clock: Clock, onStopped: (conversationId: string, userId: number) => void }} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Somebody was heard, typing or ending it.
   *
   * @param {string} conversationId
   * @param {{ userId: number, active: boolean }} options
   */
  hear(conversationId, { userId, active }) {
    const { clock, onStopped } = this.#options;
    this.#timers.get(conversationId)?.();
    this.#timers.delete(conversationId);
    if (!active) return;
    const cancel = clock.after(SHOWN_MS, () => {
      this.#timers.delete(conversationId);
      onStopped(conversationId, userId);
    });
    this.#timers.set(conversationId, cancel);
  }
}
