import assert from "node:assert/strict";
import fc from "fast-check";
import { isFewEmoji, partsOf } from "../../../static/core/message_parts.js";

const CONTROLS = [..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"];

Deno.test("partsOf() loses no letter of a text and adds none, whatever it is", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom(...CONTROLS, "https://example.org/a ", "\n", " ", "<b>", "&amp;"),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
    const text = pieces.join("");
    assert.equal(partsOf(text).map((part) => part.text).join(""), text);
  }));
});

Deno.test("partsOf() takes every run of direction controls out of the text around it", () => {
  assert.deepEqual(partsOf("abc\u202egnp.exe"), [
    { kind: "text", text: "abc" },
    { kind: "control", text: "\u202e", mark: "RLO" },
    { kind: "text", text: "gnp.exe" },
  ]);
  for (const control of CONTROLS) {
    const [before, run, after] = partsOf(`a${control}${control}b`);
    assert.deepEqual([before?.text, run?.kind, run?.text, after?.text], [
      "a",
      "control",
      control + control,
      "b",
    ]);
    assert.match(run?.kind === "control" ? run.mark : "", /^[A-Z]{3}…$/);
  }
});

Deno.test("partsOf() takes at most fifty runs apart: what is left is one part", () => {
  const parts = partsOf("a\u202e".repeat(5_000));
  assert.equal(parts.filter(({ kind }) => kind === "control").length, 50);
  assert.deepEqual(parts.slice(100).map(({ kind, text }) => [kind, text.length]), [["text", 1], [
    "rest",
    9_899,
  ]]);
});

Deno.test("partsOf() finds addresses between other text", () => {
  assert.deepEqual(partsOf("see https://example.org/a, please"), [
    { kind: "text", text: "see " },
    { kind: "link", text: "https://example.org/a", href: "https://example.org/a" },
    { kind: "text", text: ", please" },
  ]);
  assert.deepEqual(partsOf(""), []);
});

Deno.test("isFewEmoji() is true of emoji alone, and of a few", () => {
  for (const text of ["🙂", "👍🏽🎉", " ❤️ ", "👨‍👩‍👧‍👦", "🇨🇳🇸🇪", "1️⃣", "☎"]) assert.ok(isFewEmoji(text), text);
  for (const text of ["", " ", "1", "12", "a🙂", "🙂!", "©2026", "🙂".repeat(7), "#"]) {
    assert.ok(!isFewEmoji(text), text);
  }
});
