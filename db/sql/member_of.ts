/**
 * The conversations of somebody in an order that nothing changes.
 *
 * @module
 */
import { type ConversationRef, directConversation } from "../model.ts";

/** A conversation by its members. */
export interface ConversationRow {
  readonly low: number;
  readonly high: number;
}

/** The parameters are the user, the id after which to begin, and how many. */
export const CONVERSATIONS_OF =
  "select c.direct_low as low, c.direct_high as high from member m join conversation c " +
  "on c.`key` = m.conversation where m.user_id = ? and m.left_at is null and c.id > ? order by c.id limit ?";

/** What rows stand for. */
export function refsOf(rows: readonly ConversationRow[]): readonly ConversationRef[] {
  return rows.map(({ low, high }) => directConversation(low, high));
}
