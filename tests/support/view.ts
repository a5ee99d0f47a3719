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
export interface Seen {
  /** How many there are. */
  readonly size: number;
  /** The highest seq. */
  readonly highest: number;
  /** The seq up to which nothing is missing. */
  readonly whole: number;
  get(seq: number): Told | undefined;
  set(seq: number, told: Told): void;
}

/** Keeps them as they were told. */
export class View extends Map<number, Told> {
  highest = 0;
  #whole = 0;

  get whole(): number {
    while (this.has(this.#whole + 1)) this.#whole++;
    return this.#whole;
  }

  override set(seq: number, told: Told): this {
    this.highest = Math.max(this.highest, seq);
    return super.set(seq, told);
  }
}

/** Keeps a million of them, whose texts have to be whole numbers, in a tenth of the room. */
export class LeanView implements Seen {
  size = 0;
  readonly #ids = [""];
  readonly #senders = [0];
  readonly #numbers = [0];
  #whole = 0;

  get highest(): number {
    return this.#ids.length - 1;
  }

  get whole(): number {
    while ((this.#ids[this.#whole + 1] ?? "") !== "") this.#whole++;
    return this.#whole;
  }

  get(seq: number): Told | undefined {
    const messageId = this.#ids[seq] ?? "";
    if (messageId === "") return undefined;
    return { messageId, senderId: this.#senders[seq] ?? 0, content: String(this.#numbers[seq]) };
  }

  set(seq: number, { messageId, senderId, content }: Told): void {
    // Places that are not there yet are filled: an array with holes is kept as a slow dictionary.
    while (this.#ids.length <= seq) {
      this.#ids.push("");
      this.#senders.push(0);
      this.#numbers.push(0);
    }
    if (this.#ids[seq] === "") this.size++;
    this.#ids[seq] = messageId;
    this.#senders[seq] = senderId;
    this.#numbers[seq] = Number(content);
  }
}
