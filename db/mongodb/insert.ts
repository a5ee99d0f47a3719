/**
 * Storing messages so that of every conversation a prefix is stored, or nothing.
 *
 * @module
 */
import type { Collection } from "mongodb";
import type { MessageDocument } from "./documents.ts";
import { insertFailureOf } from "./failures.ts";
import { eachOf, piecesOf } from "./newest.ts";

/** Documents of one command. FerretDB goes on after a failed hundred as if it were in no order. */
const PIECE = 100;
/** Commands under way at once. */
const AT_ONCE = 4;

/** What became of documents that were to be stored. Of the others nothing is stored. */
export interface Inserted {
  readonly stored: readonly MessageDocument[];
  /** The server will not have these, whatever their seq. */
  readonly refused: readonly MessageDocument[];
}

/**
 * Stores messages, which stand in rising seq by conversation. `apart`: no conversation waits for another, at the
 * price of a command for each; else one that cannot be stored keeps others from it. Throws the driver's error when
 * the server cannot answer: then any prefix of each conversation may be stored, or come to be so later.
 */
export async function insertMessages(
  messages: Collection<MessageDocument>,
  documents: readonly MessageDocument[],
  { apart = false }: { readonly apart?: boolean } = {},
): Promise<Inserted> {
  const conversations = [...Map.groupBy(documents, (document) => document.conversation).values()];
  const lanes = apart ? conversations : spread(conversations, Math.ceil(documents.length / PIECE));
  const done: Inserted[] = [];
  const failures: unknown[] = [];
  await eachOf(lanes, async (lane) => {
    await insertLane(messages, lane).then((inserted) => done.push(inserted), (error) => failures.push(error));
  });
  // Only after all of them: nothing of this commit is under way when its caller hears of the failure.
  if (failures.length > 0) throw failures[0];
  return {
    stored: done.flatMap((lane) => lane.stored),
    refused: done.flatMap((lane) => lane.refused),
  };
}

async function insertLane(
  messages: Collection<MessageDocument>,
  lane: readonly MessageDocument[],
): Promise<Inserted> {
  const stored: MessageDocument[] = [];
  for (const piece of piecesOf(lane, PIECE)) {
    try {
      await messages.insertMany(piece, { ordered: true });
      stored.push(...piece);
    } catch (error) {
      const failure = insertFailureOf(error);
      if (failure === null) throw error;
      stored.push(...piece.slice(0, failure.stored));
      const refused = failure.reason === "refused" ? piece.slice(failure.stored, failure.stored + 1) : [];
      return { stored, refused };
    }
  }
  return { stored, refused: [] };
}

/** Few lanes of about the same length, each conversation whole in one. */
function spread(
  conversations: readonly (readonly MessageDocument[])[],
  wanted: number,
): readonly (readonly MessageDocument[])[] {
  const lanes = Array.from({ length: Math.min(AT_ONCE, wanted) }, (): MessageDocument[] => []);
  for (const conversation of conversations) {
    lanes.reduce((one, other) => other.length < one.length ? other : one).push(...conversation);
  }
  return lanes;
}
