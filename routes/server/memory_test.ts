import assert from "node:assert/strict";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { MemoryMark, type MemoryUse } from "./memory.ts";

const MIB = 1_048_576;

/** A mark at 1 000 MiB, a memory that is as the test says, and how often it was read. */
function marked(limit: number = 1_000): {
  readonly clock: FakeClock;
  readonly mark: MemoryMark;
  readonly memory: { rss: number; heapUsed: number };
  reads(): number;
} {
  const clock = new FakeClock();
  const memory = { rss: 100, heapUsed: 50 };
  let reads = 0;
  const read = (): MemoryUse => {
    reads++;
    return { rss: memory.rss * MIB, heapUsed: memory.heapUsed * MIB, heapLimit: 400 * MIB };
  };
  return { clock, mark: new MemoryMark({ clock, limit, read }), memory, reads: () => reads };
}

Deno.test("MemoryMark lets nobody more in from 85 % of the limit on, and again below 75 %", async () => {
  const { clock, mark, memory } = marked();
  using _ = mark;
  memory.rss = 849;
  await clock.advance(1_000);
  assert.equal(mark.mayOpen(400), true);
  memory.rss = 850;
  await clock.advance(1_000);
  assert.deepEqual([mark.isHigh, mark.mayOpen(400)], [true, false]);
  memory.rss = 750;
  await clock.advance(1_000);
  assert.equal(mark.mayOpen(400), false, "what falls a little would rise again at once");
  memory.rss = 749;
  await clock.advance(1_000);
  assert.deepEqual([mark.isHigh, mark.mayOpen(400)], [false, true]);
});

Deno.test("MemoryMark minds the engine's heap, with and without a limit of its own", async () => {
  for (const limit of [0, 1_000]) {
    const { clock, mark, memory } = marked(limit);
    using _ = mark;
    memory.heapUsed = 340;
    mark.mayOpen(400);
    await clock.advance(1_000);
    assert.equal(mark.mayOpen(400), false);
  }
});

Deno.test("MemoryMark does not mind the memory of the process where it has no limit", async () => {
  const { clock, mark, memory } = marked(0);
  using _ = mark;
  memory.rss = 100_000;
  await clock.advance(1_000);
  assert.equal(mark.mayOpen(400), true);
});

Deno.test("MemoryMark lets people take the place of those who left, though the system got nothing back", async () => {
  const { clock, mark, memory } = marked();
  using _ = mark;
  mark.mayOpen(400);
  memory.rss = 900;
  await clock.advance(1_000);
  assert.equal(mark.mayOpen(300), false);
  assert.equal(mark.mayOpen(299), true);
  assert.equal(mark.isHigh, true);
});

Deno.test("MemoryMark always lets a hundred in: few who took much may be gone for good", async () => {
  const { clock, mark, memory } = marked();
  using _ = mark;
  mark.mayOpen(3);
  memory.rss = 990;
  await clock.advance(1_000);
  assert.equal(mark.mayOpen(99), true);
  assert.equal(mark.mayOpen(100), false);
});

Deno.test("MemoryMark looks in between where many come at once", () => {
  const { mark, memory, reads } = marked();
  using _ = mark;
  memory.rss = 900;
  for (let sockets = 0; sockets < 500; sockets++) assert.equal(mark.mayOpen(sockets), true);
  assert.equal(reads(), 0);
  assert.equal(mark.mayOpen(500), false);
  for (let sockets = 501; sockets < 999; sockets++) mark.mayOpen(sockets);
  assert.equal(reads(), 1);
});

Deno.test("MemoryMark looks no more once it is disposed", async () => {
  const { clock, mark, reads } = marked();
  await clock.advance(3_000);
  assert.equal(reads(), 3);
  mark[Symbol.dispose]();
  await clock.advance(3_000);
  assert.equal(reads(), 3);
});

Deno.test("MemoryMark asks the runtime for what is there", async () => {
  const clock = new FakeClock();
  using small = new MemoryMark({ clock, limit: 1 });
  using large = new MemoryMark({ clock, limit: 1_000_000 });
  await clock.advance(1_000);
  assert.deepEqual([small.isHigh, large.isHigh], [true, false]);
});
