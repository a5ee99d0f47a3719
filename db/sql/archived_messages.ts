/**
 * Messages out of a SQL database and into it, many at a time: statements without a query builder, which would take
 * longer over a row than the database does.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { CompiledQuery, type Kysely, type Transaction } from "kysely";
import type { ArchivedMessage } from "../archive.ts";
import { bodyHashHex } from "../body_hash.ts";
import { inPieces } from "./chunks.ts";
import type { Schema } from "./schema.ts";

/** A message, and the key of its conversation. */
export interface KeyedMessage extends ArchivedMessage {
  readonly conversation: number;
}

interface Row extends Omit<KeyedMessage, "bodyHash"> {
  readonly bodyHash: Uint8Array;
  readonly conversationId: string;
}

/** Columns in the order of {@link valuesOf}. One of them is a word of MySQL's own. */
const COLUMNS =
  "conversation, seq, `change`, message_id, sender_id, client_id, body_hash, kind, content, data, " +
  "created_at, edited_at, deleted_at";
const VALUES = `(${COLUMNS.replaceAll(/[`\w]+/g, "?")})`;
const SELECT =
  "select m.conversation, m.seq, m.change, m.message_id as messageId, m.sender_id as senderId, " +
  "m.client_id as clientId, m.body_hash as bodyHash, m.kind, m.content, m.data, m.created_at as createdAt, " +
  "m.edited_at as editedAt, m.deleted_at as deletedAt, c.id as conversationId from message m " +
  "join conversation c on c.`key` = m.conversation";

/** All messages of some conversations, by conversation in rising seq. */
export async function readWhole(
  db: Kysely<Schema>,
  conversations: readonly number[],
): Promise<ReadonlyMap<number, readonly KeyedMessage[]>> {
  const marks = conversations.map(() => "?").join();
  const text = `${SELECT} where m.conversation in (${marks}) order by m.conversation, m.seq`;
  return Map.groupBy(await read(db, text, conversations), (message) => message.conversation);
}

/** Messages of a conversation above a seq, in rising seq. */
export function readPage(
  db: Kysely<Schema>,
  conversation: number,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly KeyedMessage[]> {
  const text = `${SELECT} where m.conversation = ? and m.seq > ? order by m.seq limit ${limit}`;
  return read(db, text, [conversation, after]);
}

/** Inserts messages. */
export async function insertMessages(
  db: Transaction<Schema>,
  messages: readonly KeyedMessage[],
): Promise<void> {
  for (const some of inPieces(messages, ({ content, data }) => content.length + (data?.length ?? 0))) {
    const text = `insert into message (${COLUMNS}) values ${some.map(() => VALUES).join()}`;
    await db.executeQuery(CompiledQuery.raw(text, some.flatMap(valuesOf)));
  }
}

async function read(
  db: Kysely<Schema>,
  text: string,
  values: readonly number[],
): Promise<readonly KeyedMessage[]> {
  const { rows } = await db.withoutPlugins().executeQuery<Row>(CompiledQuery.raw(text, [...values]));
  return rows.map(({ conversationId, ...row }) => ({ ...row, bodyHash: hashOf(row, conversationId) }));
}

function hashOf({ bodyHash, content }: Omit<Row, "conversationId">, id: string): string {
  return bodyHash.length === 0 ? bodyHashHex({ id }, content) : Buffer.from(bodyHash).toString("hex");
}

function valuesOf(one: KeyedMessage): readonly unknown[] {
  return [
    one.conversation,
    one.seq,
    one.change,
    one.messageId,
    one.senderId,
    one.clientId,
    Buffer.from(one.bodyHash, "hex"),
    one.kind,
    one.content,
    one.data,
    one.createdAt,
    one.editedAt,
    one.deletedAt,
  ];
}
