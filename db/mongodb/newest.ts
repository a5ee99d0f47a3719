/**
 * The truth about where conversations end.
 *
 * @module
 */
import type { Collection, Filter } from "mongodb";
import type { ConversationDocument, MessageDocument } from "./documents.ts";

/** Conversations asked for in one query. */
const PIECE = 25;
/** Queries under way at once: fewer than the connections there may be. */
const AT_ONCE = 4;

/** Fields of a {@link Tail}, and the conversation. */
const TAIL_FIELDS = { conversation: 1, seq: 1, change: 1, nth: 1, senderId: 1, createdAt: 1 } as const;

/** A message as far as numbering needs it. */
export type TailDocument = Pick<MessageDocument, keyof typeof TAIL_FIELDS>;

/**
 * The newest message of each conversation, whatever its document says; absent: it has none. Hints are seqs at or
 * below the newest by conversation id, 0 where nothing is known: they only make the search short.
 */
export function newestOf(
  messages: Collection<MessageDocument>,
  hints: ReadonlyMap<string, number>,
): Promise<Map<string, MessageDocument>> {
  return search(hints, {
    from: (filter) => messages.find(filter).toArray(),
    last: (conversation) => messages.find({ conversation }).sort({ seq: -1 }).limit(1).toArray(),
  });
}

/** The same without texts. */
export function tailsOf(
  messages: Collection<MessageDocument>,
  hints: ReadonlyMap<string, number>,
): Promise<Map<string, TailDocument>> {
  return search<TailDocument>(hints, {
    from: (filter) => messages.find(filter).project<TailDocument>(TAIL_FIELDS).toArray(),
    last: (conversation) =>
      messages.find({ conversation }).sort({ seq: -1 }).limit(1).project<TailDocument>(TAIL_FIELDS).toArray(),
  });
}

/**
 * The highest change that was ever given in each conversation; absent: none. Retention may have removed the message
 * that had it, so what is noted in the conversation counts too.
 */
export async function highestChanges(
  { messages, conversations }: {
    readonly messages: Collection<MessageDocument>;
    readonly conversations: Collection<ConversationDocument>;
  },
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const noted = await conversations.find({ _id: { $in: [...ids] } })
    .project<{ _id: string; changed?: number }>({ changed: 1 }).toArray();
  const highest = new Map(noted.map(({ _id, changed = 0 }) => [_id, changed]));
  await eachOf(ids, async (conversation) => {
    const [last] = await messages.find({ conversation }).sort({ change: -1 }).limit(1)
      .project<{ change: number }>({ change: 1 }).toArray();
    if (last !== undefined) highest.set(conversation, Math.max(highest.get(conversation) ?? 0, last.change));
  });
  return highest;
}

interface Reads<T> {
  /** Every message that matches. */
  from(filter: Filter<MessageDocument>): Promise<readonly T[]>;
  /** The newest of one conversation. */
  last(conversation: string): Promise<readonly T[]>;
}

async function search<T extends TailDocument>(
  hints: ReadonlyMap<string, number>,
  reads: Reads<T>,
): Promise<Map<string, T>> {
  const newest = new Map<string, T>();
  const take = (found: readonly T[]): void => {
    for (const one of found) {
      if (one.seq > (newest.get(one.conversation)?.seq ?? 0)) newest.set(one.conversation, one);
    }
  };
  const hinted = [...hints].filter(([, seq]) => seq > 0);
  await eachOf(piecesOf(hinted, PIECE), async (piece) => {
    // From the hint on: whatever was stored and never noted in the conversation is above it.
    take(
      await reads.from({ $or: piece.map(([conversation, seq]) => ({ conversation, seq: { $gte: seq } })) }),
    );
  });
  const others = [...hints.keys()].filter((id) => !newest.has(id));
  await eachOf(others, async (id) => take(await reads.last(id)));
  return newest;
}

/** Calls `work` for each, some at once. */
export async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async (): Promise<void> => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
}

/** Cuts a list into pieces of at most `length`. */
export function piecesOf<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from(
    { length: Math.ceil(all.length / length) },
    (_, at) => all.slice(at * length, (at + 1) * length),
  );
}
