import assert from "node:assert/strict";
import { emailFault, normalizeUsername, phoneFault, usernameFault } from "./names.ts";

Deno.test("usernameFault() lets letters of any script, digits and _ - . pass", () => {
  for (
    const name of [
      "ann",
      "Ann_B-c.9",
      "小明同学",
      "Жанна",
      "حسن",
      "अनिता",
      "สมชาย",
      "𠀀𠀁𠀂",
      "a".repeat(20),
      "𠀀".repeat(20),
    ]
  ) assert.equal(usernameFault(name), null, name);
});

Deno.test("usernameFault() counts code points, from 3 to 20", () => {
  for (const name of ["", "ab", "小明", "a".repeat(21), "𠀀".repeat(21), "a".repeat(100_000)]) {
    assert.match(usernameFault(name)?.en ?? "", /3 to 20/, name.slice(0, 30));
  }
});

Deno.test("usernameFault() refuses what shows nothing or changes how others show", () => {
  const hidden = {
    "U+0000": "\0",
    "lone surrogate": "\ud800",
    tab: "\t",
    escape: "\x1b",
    "soft hyphen": "\u00ad",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "right-to-left override": "\u202e",
    isolate: "\u2067",
    "word joiner": "\u2060",
    "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f",
    "variation selector": "\ufe0f",
    "grapheme joiner": "\u034f",
    "Mongolian separator": "\u180e",
    "byte order mark": "\ufeff",
    "tag letter": "\u{e0061}",
  };
  for (const [what, character] of Object.entries(hidden)) {
    assert.match(usernameFault(`ann${character}bob`)?.en ?? "", /invisible/, what);
  }
});

Deno.test("usernameFault() refuses spaces, symbols, emoji, punctuation alone and stacked marks", () => {
  for (
    const name of [
      "ann bob",
      "ann@bob",
      "a/b/c",
      "ann\u{1f600}",
      "...",
      "_-_",
      "z\u0351\u0352\u0353\u0354algo",
      "\u2800\u2800\u2800",
    ]
  ) {
    assert.notEqual(usernameFault(name), null, name);
  }
});

Deno.test("usernameFault() refuses letters of scripts that look alike in one name", () => {
  // The first letter is Cyrillic, Greek, Armenian, Cherokee; the last two pass for "paypal".
  for (
    const name of ["\u0430nn", "\u0391nna", "a\u0578n", "\u13aanna", "\u0440\u0430ypal", "p\u0430yp\u0430l"]
  ) {
    assert.match(usernameFault(name)?.en ?? "", /look alike/, name);
  }
  for (const name of ["анна", "Άννα", "anna1_", "安娜anna", "アンナann", "애나ann", "ann-\u0661"]) {
    assert.equal(usernameFault(name), null, name);
  }
});

Deno.test("normalizeUsername() makes compatible characters plain", () => {
  assert.equal(normalizeUsername("Ａｎｎ１"), "Ann1");
  assert.equal(usernameFault("Ａｎｎ１"), null);
});

Deno.test("emailFault() knows addresses from other text", () => {
  for (
    const email of ["a@b.co", "ann.b+c@mail.example.com", "o'neil@example.org", "x@xn--fiqs8s.cn", "1@2.34"]
  ) {
    assert.equal(emailFault(email), null, email);
  }
  for (
    const email of [
      "",
      "ann",
      "ann@",
      "@example.com",
      "ann@example",
      "a@b@example.com",
      "ann..b@example.com",
      ".ann@example.com",
      "ann@-example.com",
      "ann@exa mple.com",
      "ann@example.com\n",
      "ann@example.com\0",
      "\u202eann@example.com",
      `${"a".repeat(65)}@example.com`,
      `a@${"b".repeat(60)}.${"c".repeat(200)}.com`,
      `a@${"b.".repeat(100_000)}com`,
    ]
  ) assert.notEqual(emailFault(email), null, email.slice(0, 40));
});

Deno.test("phoneFault() takes free text of one line, up to 50 characters", () => {
  for (const phone of ["", "13800138000", "+86 138 0013 8000", "ext. 12 (evenings)", "☎".repeat(50)]) {
    assert.equal(phoneFault(phone), null, phone);
  }
  for (const phone of ["1\n2", "1\0", "\ud83d", "\u202e1", "1".repeat(51)]) {
    assert.notEqual(phoneFault(phone), null);
  }
});
