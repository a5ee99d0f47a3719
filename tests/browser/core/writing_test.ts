import assert from "node:assert/strict";
import { MAX_WRITING, Writing } from "../../../static/core/writing.js";
import { FakeClock } from "../../support/fake_clock.ts";
import { SharedStorage } from "./shared_storage.ts";

/** What one tab of somebody keeps in a storage. */
function writingIn(storage: SharedStorage, { userId = 1, clock = new FakeClock() } = {}): Writing {
  return new Writing({
    memory: storage.tab(),
    clock: { now: () => clock.now(), after: () => () => {} },
    userId,
  });
}

Deno.test("Writing keeps a text for each thread and person, over a reload", () => {
  const storage = new SharedStorage();
  const writing = writingIn(storage);
  writing.set("2", "half a tho");
  writing.set("3", "another\nline");
  writingIn(storage, { userId: 12 }).set("2", "somebody else's");
  const later = writingIn(storage);
  assert.deepEqual([later.get("2"), later.get("3"), later.get("4")], ["half a tho", "another\nline", ""]);
  writing.set("2", "");
  assert.equal(later.get("2"), "");
});

Deno.test("Writing.watch() tells what other tabs write and no own word, until it is stopped", () => {
  const storage = new SharedStorage();
  const writing = writingIn(storage);
  const other = writingIn(storage);
  const heard: unknown[] = [];
  const stop = writing.watch((change) => void heard.push(change));
  writing.set("2", "own");
  other.set("2", "theirs");
  other.set("2", "");
  stop();
  other.set("2", "unheard");
  assert.deepEqual(heard, [{ thread: "2", text: "theirs" }, { thread: "2", text: "" }]);
});

Deno.test("Writing keeps a bounded number of texts: what was left alone longest goes", async () => {
  const storage = new SharedStorage();
  const clock = new FakeClock();
  const writing = writingIn(storage, { clock });
  for (let thread = 1; thread <= MAX_WRITING; thread++) {
    writing.set(`${thread}`, "text");
    await clock.advance(1);
  }
  writing.set("1", "text, gone on with");
  await clock.advance(1);
  writing.set("one more", "text");
  assert.equal(storage.texts.size, MAX_WRITING);
  assert.deepEqual([writing.get("1"), writing.get("2")], ["text, gone on with", ""]);
});

Deno.test("Writing.forget() leaves nothing of this person and all of others", () => {
  const storage = new SharedStorage();
  const writing = writingIn(storage);
  writing.set("2", "secret");
  writingIn(storage, { userId: 2 }).set("1", "not mine");
  writing.forget();
  assert.equal(writing.get("2"), "");
  assert.equal(writingIn(storage, { userId: 2 }).get("1"), "not mine");
});

Deno.test("Writing works on where nothing can be kept, or something else wrote", () => {
  const storage = new SharedStorage();
  storage.isFull = true;
  const writing = writingIn(storage);
  writing.set("2", "lost on reload");
  assert.equal(writing.get("2"), "");
  storage.texts.set("go-chat.writing.1.3", '{"text":7,"at":"x"}');
  assert.equal(writing.get("3"), "");
});
