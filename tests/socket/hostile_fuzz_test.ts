/** Frames out of chance: whatever comes, the answer is documented and the socket ends as documented, if at all. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const TYPES = ["hello", "private", "heartbeat", "typing", "read", "delivered", "sync", "history", "watch"];
const FIELDS = [
  "conversation_id",
  "seq",
  "message_id",
  "private",
  "device",
  "confirm",
  "active",
  "have",
  "since",
  "page",
  "limit",
  "before_seq",
  "after_seq",
  "add",
  "remove",
];
/** What an error frame may say (contract §3.2), without what is about load and outages. */
const DOCUMENTED = new Set([
  "400 bad_request",
  "400 to_oneself",
  "400 too_many_watched",
  "403 not_a_member",
  "409 id_reused",
]);

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer({ min: -2, max: 300 }),
  fc.constantFrom(
    "1-2",
    "2-1",
    "1-1",
    "",
    "0",
    "2026-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    4_294_967_296,
  ),
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom("1-2", "1-3", "x", "__proto__"), fc.integer({ min: -1, max: 9 })),
  fc.string({ unit: "binary", maxLength: 20 }),
);
/** Near enough to a frame that it gets past the first look. */
const frame = fc.record({
  type: fc.constantFrom(...TYPES),
  id: fc.oneof(anything, fc.constantFrom("a", "b")),
  to_user_id: fc.oneof(anything, fc.integer({ min: 0, max: 4 })),
  content: fc.oneof(anything, fc.string({ minLength: 1 })),
  data: fc.oneof(anything, fc.dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 4 })),
}, { requiredKeys: ["type"] });
const text = fc.oneof(
  { weight: 4, arbitrary: frame.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  // Cut off, or with one character another, as a broken client would.
  {
    weight: 1,
    arbitrary: fc.tuple(frame, fc.nat(400)).map(([value, at]) => JSON.stringify(value).slice(0, at)),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 50 }) },
);

Deno.test("no frame out of chance is answered by anything but what is documented, nor ends the socket", async () => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "0", CHAT_LIMIT_MESSAGES: "0" } });
  await using client = await SocketClient.as(server.url, 1);
  await using peer = await SocketClient.as(server.url, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
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
