/**
 * Storing messages so that of every conversation a prefix is stored, or nothing.
 *
 * @module
 */
import type { Collection } from "mongodb";
import type { MessageDocument } from "./documents.ts";
import { insertFailureOf } from "./failures.ts";
import { piecesOf } from "./newest.ts";

/** Documents of one command. FerretDB goes on after a failed hundred as if it were in no order. */
const PIECE = 100;
/** Commands under way at once: conversations do not wait for one another. */
const MAX_LANES = 4;

/** What became of documents that were to be stored. Of the others nothing is stored. */
export interface Inserted {
  readonly stored: readonly MessageDocument[];
  /** The server will not have these, whatever their seq. */
  readonly refused: readonly MessageDocument[];
}

/**
 * Stores messages, which stand in rising seq by conversation. Throws the driver's error when the server cannot
 * answer: then any prefix of each conversation may be stored, or come to be so later.
 */
export async function insertMessages(
  messages: Collection<MessageDocument>,
  documents: readonly MessageDocument[],
): Promise<Inserted> {
  const lanes = await Promise.allSettled(lanesOf(documents).map((lane) => insertLane(messages, lane)));
  // Only after all of them: nothing of this commit is under way when its caller hears of the failure.
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  const done = lanes.filter((lane) => lane.status === "fulfilled").map((lane) => lane.value);
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

/** Each conversation whole in one lane. */
function lanesOf(documents: readonly MessageDocument[]): readonly (readonly MessageDocument[])[] {
  const count = Math.min(MAX_LANES, Math.ceil(documents.length / PIECE));
  const lanes = Array.from({ length: count }, (): MessageDocument[] => []);
  for (const conversation of Map.groupBy(documents, (document) => document.conversation).values()) {
    lanes.reduce((one, other) => other.length < one.length ? other : one).push(...conversation);
  }
  return lanes.filter((lane) => lane.length > 0);
}
