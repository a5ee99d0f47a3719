/** What was found once does not come back. */
import assert from "node:assert/strict";
import { readCorpus } from "./corpus.ts";
import { TARGETS } from "./targets.ts";

const corpus = await readCorpus();

for (const target of TARGETS) {
  const own = corpus.filter((found) => found.target === target.name);
  if (own.length === 0) continue;
  Deno.test(`${target.name}: what fuzzing found, ${own.length} inputs, is taken or refused as documented`, async (t) => {
    await using opened = await target.open();
    for (const { file, input, statuses } of own) {
      await t.step(file, async () => {
        await opened.feed([input]);
        if (statuses === undefined) return;
        const status = await opened.status?.(input) ?? null;
        assert.ok(statuses.includes(status), `answered ${status}`);
      });
    }
  });
}

Deno.test("Every input of the corpus is fed to a target that there is", () => {
  const names = new Set(TARGETS.map(({ name }) => name));
  assert.deepEqual(corpus.filter(({ target }) => !names.has(target)), []);
  assert.ok(corpus.length > 0);
});
