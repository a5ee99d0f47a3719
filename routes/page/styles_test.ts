import assert from "node:assert/strict";
import { joinStyles } from "./styles.ts";

Deno.test("joinStyles() keeps the order of the sheets, without comments and indentation", () => {
  const one = "/* One.\n */\n.a {\n  color: red; /* why */\n}\n";
  const two = '.b::after {\n  content: "/* kept */  \'";\n}\n';
  assert.equal(
    joinStyles([["/one.css", one], ["/two.css", two]]),
    '.a{color:red;}\n.b::after{content:"/* kept */  \'";}\n',
  );
});

for (const text of ["@import 'x.css';", '@charset "utf-8";']) {
  Deno.test(`joinStyles() refuses ${text}, which has to stand first`, () => {
    assert.throws(
      () => joinStyles([["/one.css", `.a {}\n${text}`]]),
      /Cannot join "\/one\.css": it has an @/,
    );
  });
}

for (const url of ["x.png", '"../x.png"', "'x.png'"]) {
  Deno.test(`joinStyles() refuses the address ${url}, which the joined sheet would look for elsewhere`, () => {
    assert.throws(() => joinStyles([["/one.css", `.a { background: url(${url}) }`]]), /is relative to it/);
  });
}

Deno.test("joinStyles() takes addresses that mean the same everywhere", () => {
  const text = '.a{background:url("/x.png"),url(/x.png),url(#x),url("data:image/png;base64,AA")}\n';
  assert.equal(joinStyles([["/one.css", text]]), text);
});

Deno.test("joinStyles() leaves two words two, and one part of a selector one", () => {
  const text = ".a/* one\ntwo */.b { margin: 0/**/auto /* x */ 1px }\n";
  assert.equal(joinStyles([["/one.css", text]]), ".a/**/.b{margin:0/**/auto 1px}\n");
});

Deno.test("joinStyles() keeps the blanks that say something", () => {
  const text =
    "@media (width > 1px) and (hover) {\n  .a :hover,\n  .b > c {\n    margin: calc(1px + 2px) !important;\n  }\n}\n";
  assert.equal(
    joinStyles([["/one.css", text]]),
    "@media (width > 1px) and (hover){.a :hover,.b > c{margin:calc(1px + 2px) !important;}}\n",
  );
});
