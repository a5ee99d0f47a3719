import assert from "node:assert/strict";
import { preferredLanguage } from "./language.ts";

const CASES: readonly (readonly [string | null, "en" | "zh"])[] = [
  [null, "en"],
  ["", "en"],
  ["zh", "zh"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
  ["ZH-hant-TW", "zh"],
  ["en,zh;q=0.9", "en"],
  ["en-US,en;q=0.9,zh-CN;q=0.8", "en"],
  ["en;q=0.5, zh;q=0.6", "zh"],
  ["fr,zh;q=0.5,en;q=0.4", "zh"],
  ["fr, de", "en"],
  ["zh;q=0", "en"],
  ["*", "en"],
  [";;;,,,q=", "en"],
  ["zh,".repeat(10_000), "en"],
];

for (const [header, language] of CASES) {
  Deno.test(`preferredLanguage() answers ${language} to ${String(header).slice(0, 40)}`, () => {
    assert.equal(preferredLanguage(header), language);
  });
}
