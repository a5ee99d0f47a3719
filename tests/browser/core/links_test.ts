import assert from "node:assert/strict";
import fc from "fast-check";
import { linksIn } from "../../../static/core/links.js";

/** The addresses of a text, as they are shown. */
function shown(text: string): string[] {
  return linksIn(text).map(({ from, to }) => text.slice(from, to));
}

const FOUND: readonly (readonly [text: string, ...addresses: readonly string[]])[] = [
  ["http://example.org", "http://example.org"],
  ["HTTPS://Example.org/Path", "HTTPS://Example.org/Path"],
  ["See https://example.org/a?b=c&d=%20#e, and more.", "https://example.org/a?b=c&d=%20#e"],
  ["https://example.org/.", "https://example.org/"],
  ["Really? https://example.org/what?!", "https://example.org/what"],
  ["(https://example.org/a)", "https://example.org/a"],
  ["https://en.wikipedia.org/wiki/Go_(game)", "https://en.wikipedia.org/wiki/Go_(game)"],
  ["[see (https://example.org/Go_(game))]", "https://example.org/Go_(game)"],
  ['"https://example.org/a"', "https://example.org/a"],
  ["<https://example.org/a>", "https://example.org/a"],
  [
    "https://a.example https://b.example\nhttp://c.example",
    "https://a.example",
    "https://b.example",
    "http://c.example",
  ],
  ["看https://example.com/a，很好。", "https://example.com/a"],
  ["看（https://example.com/a）。", "https://example.com/a"],
  ["“https://example.com/a”、https://example.com/b；", "https://example.com/a", "https://example.com/b"],
  ["https://example.com你好", "https://example.com"],
  ["https://example.com/a你好", "https://example.com/a"],
  ["https://例子.cn/a", "https://例子.cn/a"],
  ["https://例子.cn/路。", "https://例子.cn/路"],
  ["https://example.com/a?b=c你好", "https://example.com/a?b=c"],
  ["https://example.org/größe", "https://example.org/größe"],
  ["http://localhost:8080/", "http://localhost:8080/"],
  ["http://[::1]:8080/a", "http://[::1]:8080/a"],
];

for (const [text, ...addresses] of FOUND) {
  Deno.test(`linksIn() finds what is an address in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shown(text), addresses);
  });
}

const NONE = [
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "ftp://example.org",
  "file:///etc/passwd",
  "http://",
  "https://.",
  "http:example.org",
  "xhttp://example.org",
  "www.example.org",
  "java\nscript:alert(1)",
  "https://bank.example@evil.example/",
  "https://bank.example:secret@evil.example/",
  "https://\u202emoc.elpmaxe",
];

for (const text of NONE) {
  Deno.test(`linksIn() finds no address in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(shown(text), []);
  });
}

Deno.test("linksIn() ends an address before any character that is not seen or turns the direction", () => {
  for (const control of ["\u202e", "\u2066", "\u200f", "\u200b", "\u2060", "\ufeff", "\u00ad", "\0"]) {
    assert.deepEqual(shown(`https://example.org/a${control}b`), ["https://example.org/a"]);
  }
});

Deno.test("linksIn() leads nowhere but to http and https, whatever the text", () => {
  const piece = fc.constantFrom(
    ..."ahtps:/?#@[].,!()'\"<>&;%\\ \n\u202e\u200b你。",
    "http://",
    "https://",
    "javascript:",
    "example.org",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const text = pieces.join("");
    let done = 0;
    for (const { from, to, href } of linksIn(text)) {
      assert.ok(from >= done && to > from && to <= text.length);
      assert.match(text.slice(from, to), /^https?:\/\//i);
      const { protocol, username } = new URL(href);
      assert.match(protocol, /^https?:$/);
      assert.equal(username, "");
      done = to;
    }
  }));
});

Deno.test("linksIn() makes a bounded number of links of whatever a message can hold", () => {
  assert.equal(linksIn("http://a.example ".repeat(500)).length, 50);
});
