import { strict as assert } from "node:assert";
import fc from "fast-check";
import { emailKey, nameKey } from "./users.ts";

for (
  const [one, other] of [
    ["Ann", "aNN"],
    ["straße", "STRASSE"],
    ["groẞ", "gross"],
    ["ﬁn", "FIN"],
    ["Ａｎｎ", "ann"],
    ["Éva", "e\u0301VA"],
    ["ΣΊΣΥΦΟΣ", "σίσυφοσ"],
    ["ſam", "sam"],
    ["Ⅷ", "viii"],
  ] as const
) {
  Deno.test(`nameKey() takes "${one}" and "${other}" for one name`, () => {
    assert.equal(nameKey(one), nameKey(other));
  });
}

for (
  const [one, other] of [["ann", "anna"], ["ann", "ann "], ["é", "e"], ["周", "週"], ["a_b", "a-b"]] as const
) {
  Deno.test(`nameKey() keeps "${one}" and "${other}" apart`, () => {
    assert.notEqual(nameKey(one), nameKey(other));
  });
}

Deno.test("nameKey() of a key is the key", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(fc.property(text, (name) => assert.equal(nameKey(nameKey(name)), nameKey(name))), {
    numRuns: 2_000,
  });
});

Deno.test("emailKey() folds case and composition, and nothing that names another mailbox", () => {
  assert.equal(emailKey("Ann@Example.ORG"), emailKey("ann@example.org"));
  assert.equal(emailKey("e\u0301va@x.org"), emailKey("ÉVA@x.org"));
  assert.notEqual(emailKey("a.nn@x.org"), emailKey("ann@x.org"));
  assert.notEqual(emailKey("ａnn@x.org"), emailKey("ann@x.org"));
});
