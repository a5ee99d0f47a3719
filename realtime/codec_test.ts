import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, isTooBig, utf8Length } from "./codec.ts";
import { ClientFrame } from "./frames.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";

function problemOf(text: string): string {
  const decoded = decode(text);
  assert.ok("problem" in decoded, `${text.slice(0, 60)} became a frame`);
  return decoded.problem;
}

Deno.test("decode() reads a documented private frame and drops what the server overwrites", () => {
  const text = JSON.stringify({
    type: "private",
    from_user_id: 99,
    to_user_id: 2,
    content: "Hello World",
    timestamp: "2024-01-01T00:00:00Z",
    colour: "red",
  });
  assert.deepEqual(decode(text), { frame: { type: "private", to_user_id: 2, content: "Hello World" } });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["no JSON", "{"],
  ["empty text", ""],
  ["an array", "[]"],
  ["null", "null"],
  ["a number", "7"],
  ["no type", "{}"],
  ["a server's type", '{"type":"welcome"}'],
  ["a type that is no text", '{"type":7}'],
  ["__proto__ as type", '{"type":"__proto__"}'],
  ["no content", '{"type":"private","to_user_id":2}'],
  ["empty content", '{"type":"private","to_user_id":2,"content":""}'],
  ["content that is no text", '{"type":"private","to_user_id":2,"content":{"a":1}}'],
  ["U+0000 in the content", '{"type":"private","to_user_id":2,"content":"a\\u0000b"}'],
  ["a lone surrogate in the content", '{"type":"private","to_user_id":2,"content":"\\ud800"}'],
  [
    "content of 10 001 characters",
    JSON.stringify({ type: "private", to_user_id: 2, content: "😀".repeat(10_001) }),
  ],
  ["a negative recipient", '{"type":"private","to_user_id":-1,"content":"a"}'],
  ["a fractional recipient", '{"type":"private","to_user_id":1.5,"content":"a"}'],
  ["a recipient beyond 32 bits", '{"type":"private","to_user_id":4294967296,"content":"a"}'],
  ["a recipient as text", '{"type":"private","to_user_id":"2","content":"a"}'],
  ["an empty id", '{"type":"private","id":"","to_user_id":2,"content":"a"}'],
  ["an id of 65 characters", JSON.stringify({ type: "heartbeat", id: "x".repeat(65) })],
  ["a seq beyond 2^53", '{"type":"delivered","data":{"conversation_id":"1-2","seq":9007199254740993}}'],
  ["a negative seq", '{"type":"read","to_user_id":2,"data":{"seq":-1}}'],
  ["both bounds of history", '{"type":"history","to_user_id":2,"data":{"before_seq":5,"after_seq":1}}'],
  ["a history of 101", '{"type":"history","to_user_id":2,"data":{"limit":101}}'],
  ["a sync of 201", '{"type":"sync","data":{"limit":201}}'],
  ["a since that is no time", '{"type":"sync","data":{"since":"yesterday"}}'],
  [
    "more than 200 to watch",
    JSON.stringify({ type: "watch", data: { add: Array.from({ length: 201 }, (_, n) => n + 1) } }),
  ],
  ["10 000 brackets", "[".repeat(10_000)],
  ["10 000 nested arrays", '{"type":' + "[".repeat(10_000) + "]".repeat(10_000) + "}"],
];

for (const [what, text] of REFUSED) {
  Deno.test(`decode() refuses ${what}`, () => {
    assert.ok(problemOf(text).length < 300);
  });
}

Deno.test("decode() takes 10 000 characters outside the basic plane", () => {
  assert.ok(
    "frame" in decode(JSON.stringify({ type: "private", to_user_id: 2, content: "😀".repeat(10_000) })),
  );
});

Deno.test("decode() tells the id of a frame it refuses, when that id is usable", () => {
  assert.deepEqual(decode('{"type":"nope","id":"a1"}'), { problem: "The frame's type is unknown", id: "a1" });
  const withBadId = decode(JSON.stringify({ type: "nope", id: "x".repeat(65) }));
  assert.ok("problem" in withBadId && withBadId.id === undefined);
});

Deno.test("decode() leaves Object.prototype alone", () => {
  decode(
    '{"type":"private","to_user_id":2,"content":"a","__proto__":{"polluted":true},"data":{"__proto__":{"x":1}}}',
  );
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

Deno.test("decode() finds one fault in a have of thousands: each would cost as much as a frame", () => {
  const have = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`1-${at + 2}`, ""]));
  const parsed = ClientFrame.safeParse({ type: "sync", data: { have } });
  assert.equal(parsed.error?.issues.length, 1);
  assert.match(problemOf(JSON.stringify({ type: "sync", data: { have } })), /^Field "data\.have": must map/);
});

Deno.test("decode() takes a have of conversation ids and counters only", () => {
  const isTaken = (have: unknown): boolean =>
    "frame" in decode(JSON.stringify({ type: "sync", data: { have } }));
  assert.ok([{}, { "1-2": 0 }, { "1-2": Number.MAX_SAFE_INTEGER, nonsense: 1 }].every(isTaken));
  assert.equal([[], null, 1, { "1-2": -1 }, { "1-2": 1.5 }, { "1-2": 2 ** 53 }].some(isTaken), false);
  assert.equal([{ "": 1 }, { ["x".repeat(65)]: 1 }, { "1-2": null }].some(isTaken), false);
});

Deno.test("decode() takes the last of duplicate keys", () => {
  const decoded = decode('{"type":"private","to_user_id":2,"content":"a","content":"b"}');
  assert.ok("frame" in decoded && decoded.frame.type === "private" && decoded.frame.content === "b");
});

Deno.test("decode() never throws, whatever the text", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decode(text)), { numRuns: 2_000 });
});

Deno.test("isTooBig() counts UTF-8 bytes, not units", () => {
  assert.equal(isTooBig("a".repeat(MAX_FRAME_BYTES)), false);
  assert.equal(isTooBig("a".repeat(MAX_FRAME_BYTES + 1)), true);
  const chinese = "聊".repeat(Math.floor(MAX_FRAME_BYTES / 3));
  assert.equal(isTooBig(chinese), false);
  assert.equal(isTooBig(chinese + "聊"), true);
  assert.equal(utf8Length("聊😀a"), 8);
});
