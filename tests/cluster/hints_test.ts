/** Promises 3 and 4 of the protocol over two instances, on a network that loses, repeats, delays and reorders. */
import assert from "node:assert/strict";
import { startCluster } from "../support/cluster.ts";
import type { FakeSocket } from "../support/instance.ts";

/** The seqs of a conversation that were pushed to a socket, in the order they came. */
function seqs(socket: FakeSocket, conversationId = "1-2"): readonly number[] {
  return socket.of("private").filter((frame) => frame.data?.["conversation_id"] === conversationId)
    .map((frame) => Number(frame.data?.["seq"]));
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, n) => n + 1);
}

async function say(socket: FakeSocket, to: number, content: string, id?: string): Promise<void> {
  await socket.write({ type: "private", "to_user_id": to, content, ...(id === undefined ? {} : { id }) });
}

Deno.test("a message crosses from one instance to the other, and its delivery comes back as receipt", async () => {
  await using cluster = await startCluster(2);
  const [here, there] = [cluster.member(0), cluster.member(1)];
  const ann = await here.connect(1);
  const bob = await there.connect(2);
  await say(ann, 2, "hello", "m1");
  await cluster.clock.advance(100);
  assert.equal(ann.of("read")[0]?.data?.["status"], "stored", "Bob is not on Ann's instance");
  assert.equal(bob.of("private")[0]?.content, "hello");
  assert.deepEqual(ann.of("receipt").map((frame) => [frame.from_user_id, frame.data?.["delivered_seq"]]), [
    [2, 1],
  ]);
});

Deno.test("a device that confirms itself is not spoken for by its instance", async () => {
  await using cluster = await startCluster(2);
  const [here, there] = [cluster.member(0), cluster.member(1)];
  const ann = await here.connect(1);
  const bob = await there.connect(2, { confirms: true });
  await say(ann, 2, "hello");
  await cluster.clock.advance(100);
  assert.equal(ann.of("receipt").length, 0);
  await bob.write({ type: "delivered", data: { "conversation_id": "1-2", seq: 1 } });
  await bob.write({ type: "read", "to_user_id": 1, data: { seq: 1 } });
  await cluster.clock.advance(100);
  const marks = ann.of("receipt").map((one) => [one.data?.["delivered_seq"], one.data?.["read_seq"]]);
  assert.deepEqual(marks, [[1, 0], [1, 1]]);
});

Deno.test("a lost hint is read from the store when the next one comes, and nothing comes twice", async () => {
  await using cluster = await startCluster(2);
  const [here, there] = [cluster.member(0), cluster.member(1)];
  const ann = await here.connect(1);
  const bob = await there.connect(2);
  await say(ann, 2, "1");
  cluster.network.passes = (event) => event.type !== "message";
  await say(ann, 2, "2");
  await say(ann, 2, "3");
  cluster.network.passes = () => true;
  await say(ann, 2, "4");
  assert.deepEqual(seqs(bob), [1]);
  await cluster.clock.advance(250);
  assert.deepEqual(seqs(bob), [1, 2, 3, 4]);
});

Deno.test("the very first hint of a conversation may be the lost one", async () => {
  await using cluster = await startCluster(2);
  const [here, there] = [cluster.member(0), cluster.member(1)];
  const ann = await here.connect(1);
  const bob = await there.connect(2);
  await bob.write({ type: "sync" });
  cluster.network.passes = (event) => event.type !== "message";
  await say(ann, 2, "1");
  cluster.network.passes = () => true;
  await say(ann, 2, "2");
  await cluster.clock.advance(250);
  assert.deepEqual(seqs(bob), [1, 2]);
});

Deno.test("what sync answered is not pushed again when its hint comes late", async () => {
  await using cluster = await startCluster(2);
  const [here, there] = [cluster.member(0), cluster.member(1)];
  const ann = await here.connect(1);
  const bob = await there.connect(2);
  cluster.network.weather = { lose: 0, repeat: 0, delayMs: 400 };
  await say(ann, 2, "1");
  await say(ann, 2, "2");
  await bob.write({ type: "sync" });
  const synced = bob.of("sync")[0]?.data?.["messages"];
  assert.equal(JSON.stringify(synced).match(/"private"/g)?.length, 2);
  await say(ann, 2, "3");
  await cluster.clock.advance(2_000);
  assert.deepEqual(seqs(bob), [3]);
});

for (const seed of [1, 2, 3, 4, 5, 6]) {
  Deno.test(`storm ${seed}: four devices on two instances see everything once and in order`, async () => {
    await using cluster = await startCluster(2, { seed, limits: { messages: { rate: 0, burst: 0 } } });
    const [here, there] = [cluster.member(0), cluster.member(1)];
    const devices = [
      await here.connect(1),
      await there.connect(1),
      await here.connect(2, { confirms: true }),
      await there.connect(2),
    ] as const;
    cluster.network.weather = { lose: 0.3, repeat: 0.3, delayMs: 300 };
    for (let n = 1; n <= 60; n++) {
      const from = devices[n % 4];
      assert.ok(from !== undefined);
      void say(from, n % 4 < 2 ? 2 : 1, `${n}`, `m${n}`);
      if (n % 3 === 0) await cluster.clock.advance(70);
      if (n === 30) void devices[3].write({ type: "sync", id: "s" });
    }
    await cluster.clock.advance(5_000);
    // The last hints may be the lost ones: the next message shows it.
    cluster.network.weather = { lose: 0, repeat: 0, delayMs: 0 };
    await say(devices[0], 2, "last");
    await cluster.clock.advance(5_000);
    const acknowledged = devices.flatMap((one) => one.of("read")).length;
    assert.equal(acknowledged, 61);
    for (const [at, device] of devices.entries()) {
      const got = seqs(device);
      assert.deepEqual(got, [...new Set(got)].toSorted((a, b) => a - b), `device ${at}: once, and rising`);
      // A device's own messages are acknowledged to it and not pushed.
      const own = device.of("read").map((frame) => Number(frame.data?.["seq"]));
      const seen = new Set([...got, ...own]);
      assert.deepEqual([...seen].toSorted((a, b) => a - b), upTo(61), `device ${at}: everything`);
    }
  });
}
