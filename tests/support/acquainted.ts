/**
 * People who have written to each other, put into a store: sending takes longer where there are many.
 *
 * @module
 */
import type { MessageStore } from "../../db/messages.ts";
import { directConversation, type UserId } from "../../db/model.ts";
import { risingIds } from "./instance.ts";

/** Messages of one commit. */
const AT_ONCE = 2_000;

/** Lets each of the pairs have one message, the first written to the second; the later pairs, the later. */
export async function acquaint(
  messages: MessageStore,
  pairs: readonly (readonly [UserId, UserId])[],
  now: number,
): Promise<void> {
  const nextId = risingIds();
  const drafts = pairs.map(([senderId, other], at) => ({
    conversation: directConversation(senderId, other),
    senderId,
    clientId: null,
    messageId: nextId(),
    kind: "text" as const,
    content: "hello",
    createdAt: now + at,
  }));
  for (let from = 0; from < drafts.length; from += AT_ONCE) {
    await messages.commit({ drafts: drafts.slice(from, from + AT_ONCE), marks: [] });
  }
}

/** Pairs so that each of `count` people from `first` on knows `most` others, those next to them in a ring. */
export function neighbours(
  first: UserId,
  count: number,
  most: number,
): readonly (readonly [UserId, UserId])[] {
  const people = Array.from({ length: count }, (_, at) => at);
  return people.flatMap((one) =>
    Array.from({ length: most / 2 }, (_, at) => [first + one, first + (one + at + 1) % count] as const)
  );
}
