import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Descriptors, SOCKET_SHARE, WARN_BELOW } from "./descriptors.ts";

const file = fileURLToPath(import.meta.url);

Deno.test("Descriptors takes sockets up to its share and no more", () => {
  const descriptors = new Descriptors(file);
  assert.equal(descriptors.mayOpen(0), true);
  const few = descriptors.few;
  if (few === null) assert.equal(descriptors.mayOpen(WARN_BELOW * SOCKET_SHARE - 1), true);
  else assert.equal(descriptors.mayOpen(Math.ceil(few * SOCKET_SHARE)), false);
});

Deno.test("Descriptors measures again when what it knows is used up", () => {
  const descriptors = new Descriptors(file, 100);
  assert.equal(descriptors.few, null);
  assert.equal(descriptors.mayOpen(79), true);
  assert.equal(descriptors.mayOpen(200), true);
  assert.equal(descriptors.mayOpen(100_000_000), false);
});

Deno.test("Descriptors counts none where the file cannot be opened", () => {
  const descriptors = new Descriptors(`${file}.missing`);
  assert.equal(descriptors.few, 0);
  assert.equal(descriptors.mayOpen(0), false);
});
