/**
 * What a batch must know before it can be written: its conversations, locked, and what was stored earlier.
 *
 * @module
 */
import type { Batch, MessageDraft } from "../../messages.ts";
import type { ConversationRef, UserId } from "../../model.ts";
import type { MemberRow } from "../moving.ts";
import type { Head } from "../numbering.ts";
import { STORED_COLUMNS, type StoredRow } from "../rows.ts";
import { type MysqlConnection, rowsOf, type Value } from "./connection.ts";
import { MysqlError } from "./failures.ts";
import type { Keys } from "./keys.ts";
import { Script } from "./script.ts";

/** Who may write, asked inside every transaction, so that it stays true until the transaction ends. */
export interface Fence {
  /** A statement whose rows {@link Fence.check} looks at. */
  readonly text: string;
  /** Throws {@link StoreUnavailableError} when this process may not write. */
  check(rows: readonly Readonly<Record<string, unknown>>[]): void;
}

/** What opening a batch takes. */
export interface OpeningContext {
  readonly connection: MysqlConnection;
  readonly keys: Keys;
  readonly fence: Fence | null;
  /** Whether to look for repeats; without, a batch with one fails as a duplicate. */
  readonly wary: boolean;
  /** Whether an earlier try may have been committed without an answer. */
  readonly doubtful: boolean;
  /** For each round trip. */
  readonly ms: number;
}

/** A conversation while a batch is worked. */
export interface OpenConversation {
  readonly conversation: ConversationRef;
  head: Head;
  /** Whether this transaction made it. */
  readonly isNew: boolean;
  /** How many messages each sender got into it. */
  readonly sent: Map<UserId, number>;
  /** When a mark in it moved that others may know; -1: none did. */
  shownAt: number;
}

/** Everything that a batch's outcome depends on. */
export interface OpenedBatch {
  readonly conversations: ReadonlyMap<string, OpenConversation>;
  /** Messages whose client ids drafts repeat, by {@link clientName}. */
  readonly repeats: ReadonlyMap<string, StoredRow>;
  /** Messages that an earlier try of this batch has stored, by message id. */
  readonly stored: ReadonlyMap<string, StoredRow>;
  /** Members whose marks are to move, by {@link memberName}. */
  readonly members: ReadonlyMap<string, MemberRow>;
  /** Where the messages are that marks name. */
  readonly named: ReadonlyMap<string, { readonly conversation: number; readonly seq: number }>;
}

/** Names a client id among those of all senders. */
export function clientName(senderId: UserId, clientId: string): string {
  return `${senderId}/${clientId}`;
}

/** Names a member among those of all conversations. */
export function memberName(conversation: number, userId: UserId): string {
  return `${conversation}/${userId}`;
}

const STORED = `select ${STORED_COLUMNS} from message m`;
const REPEATS = `${STORED} force index (message_client) where (m.sender_id, m.client_id) in (?)`;
const HEADS = "select `key`, id, first_seq as firstSeq, last_seq as lastSeq, last_change as lastChange, " +
  "updated_at as updatedAt from conversation";
// A row that is there is locked and left as it is, so that two who make the same conversation take turns.
const CREATE =
  "insert into conversation (id, kind, direct_low, direct_high, first_seq, last_seq, last_change, " +
  "updated_at, changed_at) values ? on duplicate key update last_seq = last_seq";

type HeadRow = Head & { readonly id: string };
type FoundMember = MemberRow & { readonly conversation: number; readonly userId: UserId };

/** Begins a transaction, locks the batch's conversations in rising order, and reads what it needs. */
export async function openBatch(context: OpeningContext, batch: Batch): Promise<OpenedBatch> {
  const found = await findKeys(context, batch);
  const opening = new Opening(context, batch, found);
  return await opening.run();
}

/** What was looked up before the transaction. */
interface Found {
  /** Conversations that are to be made. */
  readonly missing: readonly ConversationRef[];
  /** What drafts repeat that would else make one; the transaction itself looks for repeats only when wary. */
  readonly repeats: readonly StoredRow[];
}

/** Looks up the keys that are not known. */
async function findKeys(
  { connection, keys, ms }: OpeningContext,
  { drafts, marks }: Batch,
): Promise<Found> {
  const unknown = new Map<string, ConversationRef>();
  for (const { conversation } of [...drafts, ...marks]) {
    if (keys.get(conversation.id) === undefined) unknown.set(conversation.id, conversation);
  }
  if (unknown.size === 0) return { missing: [], repeats: [] };
  const script = new Script();
  const found = script.addList("select id, `key` from conversation where id in (?)", [...unknown.keys()]);
  const openers = drafts.filter((draft) => unknown.has(draft.conversation.id));
  const repeats = script.addList(REPEATS, clientPairs(openers));
  const results = await script.run(connection, ms);
  for (const { id, key } of all<{ readonly id: string; readonly key: number }>(results, found)) {
    keys.set(id, key);
    unknown.delete(id);
  }
  // A repeat makes no conversation, as it stores nothing.
  const repeated = all<StoredRow>(results, repeats);
  const known = new Set(repeated.map((row) => nameOf(row)));
  const making = new Set(
    openers.filter((draft) =>
      draft.clientId === null || !known.has(clientName(draft.senderId, draft.clientId))
    )
      .map((draft) => draft.conversation.id),
  );
  const missing = [...unknown.values()].filter(({ id }) => making.has(id));
  return { missing: missing.sort((a, b) => a.id < b.id ? -1 : 1), repeats: repeated };
}

/** One transaction's first round trip. */
class Opening {
  readonly #context: OpeningContext;
  readonly #batch: Batch;
  readonly #missing: readonly ConversationRef[];
  readonly #repeats: readonly StoredRow[];
  readonly #script = new Script();

  constructor(context: OpeningContext, batch: Batch, { missing, repeats }: Found) {
    this.#context = context;
    this.#batch = batch;
    this.#missing = missing;
    this.#repeats = repeats;
  }

  async run(): Promise<OpenedBatch> {
    const { connection, fence, doubtful, wary, ms } = this.#context;
    const { drafts } = this.#batch;
    this.#script.add("begin");
    const fenced = fence === null ? null : this.#script.add(fence.text);
    const known = this.#known();
    const locked = this.#script.addList(
      `${HEADS} where \`key\` in (?) order by \`key\` for update`,
      [...known.keys()].sort((a, b) => a - b),
    );
    const made = this.#make();
    const repeats = wary ? this.#script.addList(REPEATS, clientPairs(drafts)) : [];
    const stored = !doubtful ? [] : this.#script.addList(
      `${STORED} force index (message_message_id) where m.message_id in (?)`,
      drafts.map((draft) => draft.messageId),
    );
    const members = this.#readMembers();
    const named = this.#readNamed();
    const results = await this.#script.run(connection, ms);
    if (fence !== null && fenced !== null) fence.check(rowsOf(results[fenced]));
    return {
      conversations: this.#open(known, all(results, locked), all(results, made)),
      repeats: new Map(
        [...this.#repeats, ...all<StoredRow>(results, repeats)].map((row) => [nameOf(row), row]),
      ),
      stored: new Map(all<StoredRow>(results, stored).map((row) => [row.messageId, row])),
      members: new Map(
        all<FoundMember>(results, members).map((row) => [memberName(row.conversation, row.userId), row]),
      ),
      named: new Map(
        all<{ readonly messageId: string; readonly conversation: number; readonly seq: number }>(
          results,
          named,
        )
          .map((row) => [row.messageId, row]),
      ),
    };
  }

  /** The batch's conversations whose keys are known. */
  #known(): Map<number, ConversationRef> {
    const known = new Map<number, ConversationRef>();
    for (const { conversation } of [...this.#batch.drafts, ...this.#batch.marks]) {
      const key = this.#context.keys.get(conversation.id);
      if (key !== undefined) known.set(key, conversation);
    }
    return known;
  }

  #make(): readonly number[] {
    if (this.#missing.length === 0) return [];
    const rows = this.#missing.map(({ id, kind, low, high }) => [id, kind, low, high, 1, 0, 0, 0, 0]);
    this.#script.addList(CREATE, rows);
    return this.#script.addList(
      `${HEADS} force index (conversation_id) where id in (?) for update`,
      this.#missing.map(({ id }) => id),
    );
  }

  #readMembers(): readonly number[] {
    const pairs = new Map<string, Value>();
    for (const { conversation, userId } of this.#batch.marks) {
      const key = this.#context.keys.get(conversation.id);
      if (key !== undefined) pairs.set(memberName(key, userId), [key, userId]);
    }
    return this.#script.addList(
      "select conversation, user_id as userId, delivered_seq as deliveredSeq, read_seq as readSeq, " +
        "shown_read_seq as shownReadSeq, own_after_read as ownAfterRead from member force index (primary) " +
        "where (conversation, user_id) in (?) and left_at is null",
      [...pairs.values()],
    );
  }

  #readNamed(): readonly number[] {
    const ids = new Set<string>();
    for (const { delivered, read } of this.#batch.marks) {
      for (const upTo of [delivered, read]) {
        if (typeof upTo === "object" && "messageId" in upTo) ids.add(upTo.messageId);
      }
    }
    return this.#script.addList(
      "select message_id as messageId, conversation, seq from message where message_id in (?)",
      [...ids],
    );
  }

  #open(
    known: ReadonlyMap<number, ConversationRef>,
    locked: readonly HeadRow[],
    made: readonly HeadRow[],
  ): ReadonlyMap<string, OpenConversation> {
    const open = new Map<string, OpenConversation>();
    const add = ({ id, ...head }: HeadRow, conversation: ConversationRef, isNew: boolean): void =>
      void open.set(id, { conversation, head, isNew, sent: new Map(), shownAt: -1 });
    for (const row of locked) {
      const conversation = known.get(row.key);
      if (conversation?.id === row.id) add(row, conversation, false);
    }
    // Another database than before: what was remembered is of the old one.
    if (open.size !== known.size) throw this.#again();
    for (const row of made) {
      const conversation = this.#missing.find(({ id }) => id === row.id);
      // Somebody else has made it meanwhile: it has members, which were not read.
      if (row.lastSeq > 0 || conversation === undefined) throw this.#again();
      add(row, conversation, true);
    }
    return open;
  }

  #again(): MysqlError {
    this.#context.keys.clear();
    return new MysqlError("again", "a conversation is not what it was");
  }
}

/** The rows of several results. */
function all<Row>(results: readonly unknown[], places: readonly number[]): readonly Row[] {
  return places.flatMap((place) => rowsOf<Row>(results[place]));
}

function clientPairs(drafts: readonly MessageDraft[]): readonly Value[] {
  return drafts.flatMap(({ senderId, clientId }) => clientId === null ? [] : [[senderId, clientId]]);
}

function nameOf({ senderId, clientId }: StoredRow): string {
  return clientName(senderId, clientId ?? "");
}
