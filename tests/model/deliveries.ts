/**
 * What instances deliver for devices that leave confirming to them, until it is as far as it goes.
 *
 * @module
 */
import type { Server } from "./ground.ts";
import type { Marks } from "./marks.ts";
import type { Truth } from "./truth.ts";

/** A message that its sender was told the peer's device took. */
export interface Handover {
  /** The instance that stores it. */
  readonly at: Server;
  readonly user: number;
  readonly conversation: string;
  readonly seq: number;
}

/** Deliveries that may still have to be stored, and those that nobody may see. */
export class Deliveries {
  readonly #cutReaders = new Set<number>();
  #handovers: Handover[] = [];

  /** A connection of a user ended while it waited for the answer to a read: what waited behind that is lost. */
  cut(user: number): void {
    this.#cutReaders.add(user);
  }

  /** Whether that happened since things came to rest. */
  wasCut(user: number): boolean {
    return this.#cutReaders.has(user);
  }

  /** A sender was told of a delivery. */
  told(handover: Handover): void {
    this.#handovers.push(handover);
  }

  /** An instance is gone: what it had not stored never will be. */
  lose(server: Server): void {
    this.#handovers = this.#handovers.filter(({ at }) => at !== server);
  }

  /** The store begins or ends to refuse: none of them is sure to be stored. */
  forget(): void {
    this.#handovers = [];
  }

  /** Nothing moves: all that was told is stored, unless the store may have refused. */
  settled(
    { marks, truth, lastOf, isSure }: {
      readonly marks: Marks;
      readonly truth: Truth;
      readonly lastOf: (conversation: string) => number;
      readonly isSure: boolean;
    },
  ): void {
    for (const user of this.#cutReaders) {
      // What waited behind the answer counts as handed over.
      for (const id of truth.possibleConversations(user)) marks.handed(user, id, lastOf(id));
    }
    this.#cutReaders.clear();
    const handovers = this.#handovers;
    this.#handovers = [];
    for (const { user, conversation, seq } of isSure ? handovers : []) {
      marks.handedSurely(user, conversation, seq);
    }
  }
}
