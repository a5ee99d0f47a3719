/**
 * What an export holds, as JSON: docs/export.md describes it, and what is written here keeps to it.
 *
 * @module
 */
import { z } from "zod";
import type { Account, ConversationView, Message, Session, User, UserId } from "../../db/model.ts";

/** The form of the files; a program that reads them should look at it first. */
export const EXPORT_FORMAT = { format: "go-chat-export", version: 1 } as const;

const Time = z.iso.datetime();
const Form = { format: z.literal(EXPORT_FORMAT.format), version: z.literal(EXPORT_FORMAT.version) };

/** Somebody the person wrote with; a name that is empty: the account is gone. */
const Peer = z.strictObject({ user_id: z.number(), username: z.string(), deleted: z.boolean() });
export type ExportedPeer = Readonly<z.infer<typeof Peer>>;

/** A file of messages, and the page beside it. */
const Page = z.strictObject({
  json: z.string(),
  html: z.string(),
  first_seq: z.number(),
  last_seq: z.number(),
  messages: z.number(),
});
export type ExportedPage = Readonly<z.infer<typeof Page>>;

/** A conversation as the person sees it; `pages` names its files. */
const Conversation = z.strictObject({
  conversation_id: z.string(),
  kind: z.string(),
  peer: Peer,
  first_seq: z.number(),
  last_seq: z.number(),
  delivered_seq: z.number(),
  read_seq: z.number(),
  peer_delivered_seq: z.number(),
  peer_read_seq: z.number(),
  unread: z.number(),
  updated_at: Time,
  pages: z.array(Page).readonly(),
});
export type ExportedConversation = Readonly<z.infer<typeof Conversation>>;

/** An account, without its digest. */
const AccountFields = z.strictObject({
  id: z.number(),
  username: z.string(),
  email: z.string(),
  phone: z.string(),
  avatar: z.string(),
  status: z.string(),
  role: z.string(),
  last_seen: Time.nullable(),
  /** When the account is to be erased; null: nobody asked for it. */
  erase_at: Time.nullable(),
});

/** A session, without what could stand for its secret. */
const SessionFields = z.strictObject({
  device: z.string(),
  address: z.string(),
  created_at: Time,
  last_used_at: Time,
  expires_at: Time,
});

/** A message; its sender's own id of it is told to the sender alone. */
const MessageFields = z.strictObject({
  seq: z.number(),
  change: z.number(),
  message_id: z.string(),
  from_user_id: z.number(),
  client_id: z.string().optional(),
  kind: z.string(),
  content: z.string(),
  timestamp: Time,
  edited_at: Time.optional(),
  deleted_at: Time.optional(),
});

/** The files of an export, by name; those of messages have names that end so. */
export const EXPORT_FILES = {
  "account.json": z.strictObject({ ...Form, exported_at: Time, account: AccountFields }),
  "sessions.json": z.strictObject({ ...Form, sessions: z.array(SessionFields) }),
  "conversations.json": z.strictObject({ ...Form, conversations: z.array(Conversation).readonly() }),
  "messages-*.json": z.strictObject({
    ...Form,
    conversation_id: z.string(),
    messages: z.array(MessageFields),
  }),
} as const;

/** A conversation's marks and bounds. */
export type ConversationFacts = Omit<ConversationView, "conversation" | "lastMessage" | "shownReadSeq">;

/** The account of an export. */
export function exportedAccount(
  account: Account,
  { now, eraseAt }: { readonly now: number; readonly eraseAt: number | null },
): z.infer<typeof EXPORT_FILES["account.json"]> {
  const { id, username, email, phone, avatar, status, role, lastSeenAt } = account;
  return {
    ...EXPORT_FORMAT,
    exported_at: time(now),
    account: {
      id,
      username,
      email,
      phone,
      avatar,
      status,
      role,
      last_seen: lastSeenAt === null ? null : time(lastSeenAt),
      erase_at: eraseAt === null ? null : time(eraseAt),
    },
  };
}

/** A session of an export. */
export function exportedSession(session: Session): z.infer<typeof SessionFields> {
  const { device, address, createdAt, lastUsedAt, expiresAt } = session;
  return {
    device,
    address,
    created_at: time(createdAt),
    last_used_at: time(lastUsedAt),
    expires_at: time(expiresAt),
  };
}

/** Somebody else; undefined: the account is gone. */
export function exportedPeer(userId: UserId, user: User | undefined): ExportedPeer {
  return { user_id: userId, username: user?.username ?? "", deleted: user === undefined };
}

/** A message of an export that `readerId` reads. */
export function exportedMessage(message: Message, readerId: UserId): z.infer<typeof MessageFields> {
  const { seq, change, messageId, senderId, clientId, kind, content, createdAt, editedAt, deletedAt } =
    message;
  return {
    seq,
    change,
    message_id: messageId,
    from_user_id: senderId,
    ...(clientId === null || senderId !== readerId ? {} : { client_id: clientId }),
    kind,
    content,
    timestamp: time(createdAt),
    ...(editedAt === null ? {} : { edited_at: time(editedAt) }),
    ...(deletedAt === null ? {} : { deleted_at: time(deletedAt) }),
  };
}

/** RFC 3339, UTC, milliseconds. */
export function time(ms: number): string {
  return new Date(ms).toISOString();
}
