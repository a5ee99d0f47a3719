/**
 * The list of conversations, as it is asked for over HTTP.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Conversation } from "../../realtime/frames.ts";
import type { World } from "./world.ts";

/** Reads all pages and notes what they say; nothing is there twice. */
export async function checkList(world: World, user: number, limit: number): Promise<readonly Conversation[]> {
  const { chat } = world.server.realtime;
  const listed: Conversation[] = [];
  let before: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof chat.conversations>> = await chat.conversations(user, {
      limit,
      ...(before === null ? {} : { before }),
    });
    assert.ok(page.conversations.length <= limit);
    assert.equal(page.has_more, page.next !== null);
    listed.push(...page.conversations);
    before = page.next;
  } while (before !== null);
  for (const view of listed) {
    world.truth.tell(user, view);
    world.readerOf(user).tellView(view);
  }
  return listed;
}
