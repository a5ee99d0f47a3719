/**
 * What is stored of a conversation, as the program tells it.
 *
 * @module
 */
import { z } from "zod";

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
    const { data } = Page.parse(await (await fetch(new URL(`${path}&after_seq=${after}`, url))).json());
    yield data.messages;
    const last = data.messages.at(-1);
    if (!data.has_more || last === undefined) return;
    after = last.data.seq;
  }
}
