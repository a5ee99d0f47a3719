/**
 * The list of conversations, as it is asked for over HTTP.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation } from "../../realtime/frames.ts";
import type { Server } from "./ground.ts";
import type { World } from "./world.ts";

/** Reads all pages, or those that came before the instance died, and notes what they say; nothing is there twice. */
export async function checkList(
  world: World,
  at: Server,
  asked: { readonly user: number; readonly limit: number },
): Promise<readonly Conversation[]> {
  const { user, limit } = asked;
  const { chat } = at.realtime;
  const listed: Conversation[] = [];
  let before: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof chat.conversations>> | null = await Promise.race([
      chat.conversations(user, { limit, ...(before === null ? {} : { before }) }),
      at.death,
    ]);
    if (page === null) break;
    assert.ok(page.conversations.length <= limit);
    assert.equal(page.has_more, page.next !== null);
    listed.push(...page.conversations);
    before = page.next;
  } while (before !== null);
  for (const view of listed) {
    world.truth.tell(user, view);
    world.readers.of(user).tellView(view);
  }
  return listed;
}
