/** Frames out of chance: whatever comes, the answer is documented and the socket ends as documented, if at all. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { frameText } from "../fuzz/frames.ts";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

/** What an error frame may say (contract §3.2), without what is about load and outages. */
const DOCUMENTED = new Set([
  "400 bad_request",
  "400 to_oneself",
  "400 too_many_watched",
  "403 not_a_member",
  "409 id_reused",
]);

Deno.test("no frame out of chance is answered by anything but what is documented, nor ends the socket", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "0", CHAT_LIMIT_MESSAGES: "0" } });
  await using client = await SocketClient.as(server.url, 1);
  await using peer = await SocketClient.as(server.url, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(frameText, { minLength: 1, maxLength: 8 }), async (texts) => {
      const before = client.frames.length;
      for (const one of texts) client.send(one);
      // Eight wrong ones close nothing; this one is right, and answered behind all of them.
      await client.ask({ type: "heartbeat", id: crypto.randomUUID() });
      await client.ask({ type: "history", to_user_id: 2, id: crypto.randomUUID() });
      for (const { type, data } of client.frames.slice(before)) {
        if (type !== "error") continue;
        const said = `${data?.["code"]} ${data?.["error"]}`;
        // Four reads may wait, and more of them came at once.
        assert.ok(DOCUMENTED.has(said) || said === "429 rate_limited", said);
      }
      client.frames.length = before;
    }),
    { numRuns: 400 },
  );
  assert.equal((await peer.ask({ type: "heartbeat" })).content, "pong");
  assert.doesNotMatch(server.stderr(), /"level":"(ERROR|FATAL)"/);
});
