/**
 * What is stored of a conversation, as the program tells it.
 *
 * @module
 */
import { z } from "zod";
import { until } from "../support/until.ts";

/** How long a page may be refused because the store is busy, in ms. */
const PATIENCE_MS = 120_000;

const Page = z.object({
  data: z.object({
    messages: z.array(z.object({
      content: z.string(),
      from_user_id: z.number(),
      data: z.object({ seq: z.number(), message_id: z.string() }),
    })),
    has_more: z.boolean(),
  }),
});

/** A message that is stored. */
export type Stored = z.infer<typeof Page>["data"]["messages"][number];

/** The conversation of two people from its beginning, a page at a time. */
export async function* history(url: URL, conversationId: string): AsyncGenerator<readonly Stored[]> {
  const [userId] = conversationId.split("-");
  const path = `/api/v1/conversations/${conversationId}/messages?user_id=${userId}&limit=100`;
  for (let after = 0;;) {
    const { data } = Page.parse(await read(new URL(`${path}&after_seq=${after}`, url)));
    yield data.messages;
    const last = data.messages.at(-1);
    if (!data.has_more || last === undefined) return;
    after = last.data.seq;
  }
}

/** Asks again while the store has no time. */
async function read(url: URL): Promise<unknown> {
  let answer: unknown;
  await until(`${url.pathname} is answered`, async () => {
    const response = await fetch(url);
    answer = await response.json();
    return response.status !== 503;
  }, PATIENCE_MS);
  return answer;
}
