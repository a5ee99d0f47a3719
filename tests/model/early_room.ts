/**
 * What a client may write before its `welcome`.
 *
 * @module
 */

/** Frames that wait for `welcome`. */
const MAX_FRAMES = 64;
/** What they may be long in all, in UTF-16 units. */
const MAX_LENGTH = 1_048_576;

/** Room for frames that come early: more are refused without their ids, so a client writes no more. */
export class EarlyRoom {
  #frames = 0;
  #length = 0;

  /** Takes a frame in, or answers that there is no room. */
  takes(frame: object): boolean {
    const { length } = JSON.stringify(frame);
    if (this.#frames === MAX_FRAMES || this.#length + length > MAX_LENGTH) return false;
    this.#frames++;
    this.#length += length;
    return true;
  }
}
