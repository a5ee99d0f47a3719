import assert from "node:assert/strict";
import { squeezeScript } from "./squeeze.ts";

const CASES: readonly (readonly [what: string, text: string, squeezed: string])[] = [
  ["comments and indentation", "/** Doc. */\nif (a) {\n  // why\n  b(); /* end */\n}\n", "if(a){b();}"],
  ["no line break", "let a = 1\nlet b = a\n++b\n", "let a=1\nlet b=a\n++b"],
  ["nothing in a text", "f(\"/* no */  // no\", '  x  ');", "f(\"/* no */  // no\",'  x  ');"],
  [
    "nothing in a template but its code",
    "f(`\n  /** kept */\n  ${ a + b /* gone */ }  //  kept`);",
    "f(`\n  /** kept */\n  ${a + b}  //  kept`);",
  ],
  ["nothing in a pattern", "f(/  \\/\\* [/*] x/g, 4 / 2);", "f(/  \\/\\* [/*] x/g,4 / 2);"],
  ["no blank between words or signs that would grow together", "return_ = typeof a in b - -c + +d;", ""],
  [
    "a line break that ends a statement",
    "a\n(b)\n[c]\nlet d = {\n  e,\n  f: [\n    1,\n  ],\n}\nd",
    "a\n(b)\n[c]\nlet d={e,f:[1,],}\nd",
  ],
  [
    "the indentation of HTML, not that of other templates in it",
    "html`\n  <a>\n    ${list.map((b) => html`\n  <b>${`\n  ${b}\n  `}\n  </b>`)}\n  </a>`",
    "html`\n<a>\n${list.map((b)=>html`\n<b>${`\n  ${b}\n  `}\n</b>`)}\n</a>`",
  ],
  ["a comment that breaks a line", "a /* one\ntwo */\nb", "a\nb"],
  ["a comment as the only blank", "typeof/**/a", "typeof a"],
];

for (const [what, text, squeezed] of CASES) {
  Deno.test(`squeezeScript() takes away what says nothing: ${what}`, () => {
    assert.equal(squeezeScript(text), squeezed === "" ? text.replace(" = ", "=") : squeezed);
  });
}

Deno.test("squeezeScript() refuses what is no script", () => {
  assert.throws(() => squeezeScript("const = 1;"), SyntaxError);
});
