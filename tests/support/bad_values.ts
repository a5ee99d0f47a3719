/**
 * What a hostile client puts where something else belongs, as JSON text, since much of it no JSON writer writes.
 *
 * @module
 */

/** What a field of a frame may well be. Everything of {@link BAD_VALUES} that its kind does not name is bad. */
export type Kind =
  | "id"
  | "user"
  | "text"
  | "flag"
  | "counter"
  | "limit"
  | "users"
  | "time"
  | "page"
  | "conversation"
  | "name"
  | "have"
  | "object";

interface BadValue {
  readonly what: string;
  readonly json: string;
  /** Where it is a good value all the same, or one that is answered otherwise than by 400. */
  readonly fine: readonly Kind[];
}

/** Text of every sort is fine where the server keeps or compares text. */
const TEXT: readonly Kind[] = ["text", "id", "page", "conversation", "name"];
const NUMBER: readonly Kind[] = ["counter", "limit", "user"];

/** Everything, with what it is good for. */
export const BAD_VALUES: readonly BadValue[] = [
  bad("null", "null"),
  bad("true", "true", ["flag"]),
  bad("text", '"text"', TEXT),
  bad("a number in text", '"1"', TEXT),
  bad("empty text", '""', ["page", "name"]),
  bad("1", "1", NUMBER),
  bad("zero", "0", ["counter", "user"]),
  bad("minus zero", "-0", ["counter", "user"]),
  bad("a negative", "-1"),
  bad("a fraction", "1.5"),
  bad("hardly more than 1", "1.0000000000000002"),
  bad("2^32", "4294967296", ["counter"]),
  bad("2^53", "9007199254740992"),
  bad("1e308", "1e308"),
  bad("beyond numbers", "1e999"),
  bad("a number of 1 000 digits", "1".repeat(1_000)),
  bad("a fraction of 1 000 digits", `0.${"1".repeat(1_000)}`),
  bad("an empty array", "[]", ["users"]),
  bad("an array of text", '["1"]'),
  bad("an array of null", "[null]"),
  bad("an array of 201 ids", `[${Array.from({ length: 201 }, (_, n) => n + 1)}]`),
  bad("an empty object", "{}", ["object", "have"]),
  bad("an operator", '{"$gt":""}', ["object"]),
  bad("__proto__", '{"__proto__":{"admin":true}}', ["object"]),
  bad("constructor", '{"constructor":{"prototype":{"admin":true}}}', ["object"]),
  bad("10 000 deep arrays", "[".repeat(10_000) + "]".repeat(10_000)),
  bad("10 000 deep objects", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000), ["object"]),
  bad("a high surrogate", '"\\ud800"', ["page", "conversation"]),
  bad("a low surrogate", '"\\udc00a"', ["page", "conversation"]),
  bad("U+0000", '"a\\u0000b"', ["page", "conversation"]),
  bad("10 001 characters", JSON.stringify("a".repeat(10_001))),
  bad("40 000 characters of three bytes", JSON.stringify("\u5b57".repeat(40_000))),
];

function bad(what: string, json: string, fine: readonly Kind[] = []): BadValue {
  return { what, json, fine };
}
