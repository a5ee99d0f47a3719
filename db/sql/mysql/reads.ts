/**
 * The statements that read conversations and messages.
 *
 * @module
 */
import { CONVERSATIONS_OF } from "../member_of.ts";
import { MESSAGE_COLUMNS, STORED_COLUMNS } from "../rows.ts";
import type { Value } from "./connection.ts";

const VIEWS = `
  select c.\`key\`, c.direct_low as low, c.direct_high as high, c.first_seq as firstSeq, c.last_seq as lastSeq,
    c.last_change as lastChange, c.updated_at as updatedAt, m.delivered_seq as deliveredSeq,
    m.read_seq as readSeq, m.shown_read_seq as shownReadSeq, m.own_after_read as ownAfterRead,
    p.delivered_seq as peerDeliveredSeq, p.shown_read_seq as peerReadSeq
  from member m
  join conversation c on c.\`key\` = m.conversation
  left join member p on p.conversation = c.\`key\`
    and p.user_id = if(c.direct_low = m.user_id, c.direct_high, c.direct_low)
  where m.user_id = ? and m.left_at is null
    and (c.updated_at < ? or (c.updated_at = ? and c.\`key\` < ?))`;
const CHANGED = "and (c.changed_at >= ? or m.changed_at >= ?)";
/** The last messages join after the cut: sorting would otherwise carry all their texts. */
const withLastMessages = (views: string): string => `
  select v.*, ${MESSAGE_COLUMNS.replaceAll("m.", "l.")}
  from (${views} order by c.updated_at desc, c.\`key\` desc limit ?) v
  left join message l force index (message_seq) on l.conversation = v.\`key\` and l.seq = v.lastSeq
  order by v.updatedAt desc, v.\`key\` desc`;
/** Conversations of a user below a position, newest first, each with its last message. */
export const ALL_VIEWS = withLastMessages(VIEWS);
/** As {@link ALL_VIEWS}, those only that changed since. */
export const CHANGED_VIEWS = withLastMessages(`${VIEWS} ${CHANGED}`);

const MESSAGES_OF = `select ${MESSAGE_COLUMNS} from message m force index (message_seq) ` +
  "where m.conversation = (select `key` from conversation where id = ?)";
/** Messages of a conversation above a seq, in order. */
export const UPWARDS = `${MESSAGES_OF} and m.seq > ? order by m.seq limit ?`;
/** Messages of a conversation below a seq, the newest first. */
export const DOWNWARDS = `${MESSAGES_OF} and m.seq < ? order by m.seq desc limit ?`;
/** Messages between two seqs with a change above, the newest first; several are joined by `union all`. */
export const MISSING =
  `(select m.conversation, ${MESSAGE_COLUMNS} from message m force index (message_seq) ` +
  "where m.conversation = ? and m.seq > ? and m.seq <= ? and m.`change` > ? " +
  "and (m.deleted_at is null or m.`change` > ?) order by m.seq desc limit ?)";
/** Messages that were emptied with a change above, the lowest first; joined alike. */
export const CHANGED_ONES =
  `(select m.conversation, ${MESSAGE_COLUMNS} from message m force index (message_changed) ` +
  "where m.conversation = ? and m.`change` > ? and m.deleted_at is not null order by m.`change` limit ?)";
/** Which of these conversations somebody is in, with their last changes. */
export const MEMBERSHIP =
  "select c.id, c.last_change as lastChange from conversation c force index (conversation_id) " +
  "join member m on m.conversation = c.`key` where c.id in (?) and m.user_id = ? and m.left_at is null";
/** What was stored under a sender's client id. */
export const REPEAT = `select ${STORED_COLUMNS} from message m ` +
  "where m.sender_id = ? and m.client_id = ?";
/** Everybody somebody has a conversation with, the newest activity first. */
export const CONTACTS =
  "select p.user_id as userId from member m join conversation c on c.`key` = m.conversation " +
  "join member p on p.conversation = c.`key` where m.user_id = ? and m.left_at is null " +
  "and p.user_id <> ? and p.left_at is null " +
  "group by p.user_id order by max(c.updated_at) desc, p.user_id limit ?";
/** Everybody who is in a conversation, above an id. */
export const MEMBER_IDS =
  "select distinct user_id as userId from member where user_id > ? order by user_id limit ?";

/** Every statement of the reads, for tests that look at how the server works them. */
export const READS: Readonly<Record<string, readonly [text: string, values: readonly Value[]]>> = {
  views: [ALL_VIEWS, [1, 9, 9, 9, 10]],
  changed: [CHANGED_VIEWS, [1, 9, 9, 9, 5, 5, 10]],
  upwards: [UPWARDS, ["1-2", 5, 10]],
  downwards: [DOWNWARDS, ["1-2", 5, 10]],
  missing: [MISSING, [1, 5, 9, 5, 9, 10]],
  changedOnes: [CHANGED_ONES, [1, 5, 10]],
  conversationsOf: [CONVERSATIONS_OF, [1, "1-2", 10]],
  membership: [MEMBERSHIP, [["1-2", "1-3"], 1]],
  repeat: [REPEAT, [1, "id"]],
  contacts: [CONTACTS, [1, 1, 10]],
  memberIds: [MEMBER_IDS, [1, 10]],
};
