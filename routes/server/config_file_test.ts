import assert from "node:assert/strict";
import { parseConfig } from "./config_file.ts";
import { SettingsError } from "./settings_error.ts";

function valueIn(source: string, section = "s", key = "k"): string | undefined {
  return parseConfig(source, "config.ini").sections.get(section)?.get(key)?.text;
}

const VALUES: readonly (readonly [string, string])[] = [
  ["pa;ss#wo=rd", "pa;ss#wo=rd"],
  ["p%40ss", "p%40ss"],
  ["debug ; a comment", "debug"],
  ["debug # a comment", "debug"],
  ["; only a comment", ""],
  ["", ""],
  ["true", "true"],
  ["C:\\data\\x", "C:\\data\\x"],
  ['"quoted ; not a comment"', "quoted ; not a comment"],
  ["'  spaces  ' ; comment", "  spaces  "],
  ['a"b', 'a"b'],
  ["你好", "你好"],
];
for (const [written, read] of VALUES) {
  Deno.test(`parseConfig() reads ${JSON.stringify(written)} as ${JSON.stringify(read)}`, () => {
    assert.equal(valueIn(`[s]\r\nk = ${written}\r\n`), read);
  });
}

Deno.test("parseConfig() keeps the last of a repeated name, over repeated sections", () => {
  assert.equal(valueIn("[s]\nk=1\nK = 2\n[other]\nk=9\n[S]\nk=3"), "3");
});

Deno.test("parseConfig() passes over a byte order mark and comments", () => {
  assert.equal(valueIn("\uFEFF; c\n# c\n\n[s] ; c\nk=1"), "1");
});

Deno.test("parseConfig() takes names of objects as plain names", () => {
  const { sections } = parseConfig("[__proto__]\nconstructor = 1\n[toString]\n__proto__ = 2", "config.ini");
  assert.deepEqual([...sections.keys()], ["proto", "tostring"]);
  assert.equal(Object.getPrototypeOf({}).constructor, Object);
});

for (const line of ["no equals sign", "[unclosed", "= value"]) {
  Deno.test(`parseConfig() refuses ${JSON.stringify(line)}, naming file and line`, () => {
    assert.throws(
      () => parseConfig(`[s]\nk = 1\n${line}\n`, "config/config.ini"),
      (error) =>
        error instanceof SettingsError && /"config\/config\.ini": line 3 is neither/.test(error.message),
    );
  });
}
