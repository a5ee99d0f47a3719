/**
 * What somebody sees of a conversation.
 *
 * @module
 */

/** A message as it was told. */
export interface Told {
  readonly messageId: string;
  readonly senderId: number;
  readonly content: string;
}

/** The messages of a conversation that a person has, by seq. */
export class View extends Map<number, Told> {
  /** The highest seq. */
  highest = 0;
  #whole = 0;

  /** The seq up to which nothing is missing. */
  get whole(): number {
    while (this.has(this.#whole + 1)) this.#whole++;
    return this.#whole;
  }

  override set(seq: number, told: Told): this {
    this.highest = Math.max(this.highest, seq);
    return super.set(seq, told);
  }
}
