/**
 * The records of a backup, one a line: a JSON array that begins with what it is. A file is untrusted input, so every
 * record passes a schema before anybody uses it.
 *
 * @module
 */
import { z } from "zod";
import type { ArchivedConversation, ArchivedMessage, ArchivedUser } from "../archive.ts";
import { type Invite as InviteRow, MAX_USER_ID, parseConversationId } from "../model.ts";
import type { Sums } from "../sums.ts";
import { BackupDamagedError } from "./errors.ts";

/** A record is not longer, in bytes of its line: the longest message takes a tenth of it. */
export const MAX_RECORD_BYTES = 1_048_576;

const UserId = z.int().min(1).max(MAX_USER_ID);
const Count = z.int().min(0);
const Time = z.int();
const Text = z.string().max(1_024).nullable();
const Word = z.string().max(64);
const ConversationId = z.string().refine((id) => parseConversationId(id) !== null);

const User = z.strictObject({
  id: UserId,
  username: Text,
  passwordDigest: Text,
  email: Text,
  phone: Text,
  avatar: Text,
  status: Text,
  role: Word,
  nameKey: Text,
  emailKey: Text,
  createdAt: Time.nullable(),
  updatedAt: Time.nullable(),
  deletedAt: Time.nullable(),
  lastSeenAt: Time.nullable(),
  eraseAt: Time.nullable(),
});

const Invite = z.strictObject({
  id: z.string().min(1).max(64),
  role: z.enum(["owner", "member"]),
  usesLeft: Count,
  expiresAt: Time,
  createdAt: Time,
  createdBy: UserId.nullable(),
});

const Member = z.strictObject({
  userId: UserId,
  role: Word,
  joinedSeq: Count,
  leftAt: Time.nullable(),
  deliveredSeq: Count,
  readSeq: Count,
  shownReadSeq: Count,
  changedAt: Time,
});

const Conversation = z.strictObject({
  id: ConversationId,
  kind: Word,
  low: UserId.nullable(),
  high: UserId.nullable(),
  firstSeq: z.int().min(1),
  lastSeq: Count,
  lastChange: Count,
  updatedAt: Time,
  changedAt: Time,
  members: z.array(Member).max(1_000),
}).refine(
  ({ lastSeq, members }) =>
    members.every((one) => Math.max(one.deliveredSeq, one.readSeq, one.shownReadSeq) <= lastSeq),
  { error: "a mark is ahead of the messages" },
);

const Message = z.strictObject({
  seq: z.int().min(1),
  change: z.int().min(1),
  messageId: z.string().min(1).max(36),
  senderId: UserId,
  clientId: z.string().max(256).nullable(),
  bodyHash: z.string().regex(/^[0-9a-f]{32}$/),
  kind: Word,
  content: z.string(),
  data: z.string().nullable(),
  createdAt: Time,
  editedAt: Time.nullable(),
  deletedAt: Time.nullable(),
});

const Sum = z.strictObject({ rows: Count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const AllSums = z.strictObject({
  users: Sum,
  sessions: Sum,
  invites: Sum,
  conversations: Sum,
  messages: Sum,
});

/** Each kind of record. */
const SCHEMAS = {
  conversation: z.tuple([z.literal("conversation"), Conversation]),
  message: z.tuple([z.literal("message"), ConversationId, Message]),
  /** A conversation of which messages changed while they were read: its last change is this one. */
  change: z.tuple([z.literal("change"), ConversationId, Count]),
  user: z.tuple([z.literal("user"), User]),
  invite: z.tuple([z.literal("invite"), Invite]),
  end: z.tuple([z.literal("end"), AllSums]),
};

/** What a line holds. */
export type BackupRecord =
  | readonly ["conversation", ArchivedConversation]
  | readonly ["message", string, ArchivedMessage]
  | readonly ["change", string, number]
  | readonly ["user", ArchivedUser]
  | readonly ["invite", InviteRow]
  | readonly ["end", Sums];

const Kind = z.looseObject({ 0: z.enum(Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]) });

/** The line of a record, its end included. */
export function recordLine(record: BackupRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Reads a line without its end; `nth` is its number. Throws {@link BackupDamagedError}, which repeats no content. */
export function parseRecord(line: string, nth: number): BackupRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new BackupDamagedError(`record ${nth} is no JSON`);
  }
  const kind: unknown = Array.isArray(value) ? Kind.safeParse({ ...value }).data?.[0] : undefined;
  const schema = SCHEMAS[kind as keyof typeof SCHEMAS];
  if (schema === undefined) throw new BackupDamagedError(`record ${nth} is of no known kind`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.slice(1).join(".") ?? "";
  const where = field === "" ? "" : ` in "${field}"`;
  throw new BackupDamagedError(`record ${nth}, a ${kind}, is wrong${where}: ${issue?.message}`);
}
