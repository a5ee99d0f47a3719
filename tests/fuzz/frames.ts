/**
 * Frames out of chance, near enough to what is right to get past the first look.
 *
 * @module
 */
import fc from "fast-check";

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
/** The text of one. */
export const frameText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: frame.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  // Cut off, or with one character another, as a broken client would.
  {
    weight: 1,
    arbitrary: fc.tuple(frame, fc.nat(400)).map(([value, at]) => JSON.stringify(value).slice(0, at)),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 50 }) },
);
