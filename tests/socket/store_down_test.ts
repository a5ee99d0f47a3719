/** Contract §3.3.1 and `error` 503: what clients see while the store cannot answer, and once it can again. */
import assert from "node:assert/strict";
import { StoreUnavailableError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";
import { startInstance, type TestInstance } from "../support/instance.ts";
import { instead } from "../support/instead.ts";

interface Outage extends AsyncDisposable {
  readonly instance: TestInstance;
  isDown: boolean;
}

/** An instance whose store can be made to refuse everything. */
async function startOutage(): Promise<Outage> {
  const outage = { isDown: false };
  const refusing = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown =>
          outage.isDown
            ? Promise.reject(new StoreUnavailableError("Cannot reach the store: it is down"))
            : Reflect.apply(member, target, args);
      },
    });
  const through = (store: Store): Store =>
    instead(store, { messages: refusing(store.messages), users: refusing(store.users) });
  const instance = await startInstance({ through });
  return Object.assign(outage, {
    instance,
    async [Symbol.asyncDispose](): Promise<void> {
      outage.isDown = false;
      await instance[Symbol.asyncDispose]();
    },
  });
}

Deno.test("error 503: a send while the store is down is refused as temporary and delivered to nobody", async () => {
  await using outage = await startOutage();
  const { instance } = outage;
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  outage.isDown = true;
  await ann.write({ type: "private", id: "m", "to_user_id": 2, content: "hi" });
  const error = ann.of("error")[0];
  assert.deepEqual([error?.id, error?.data?.["code"], error?.data?.["error"]], ["m", 503, "unavailable"]);
  assert.equal(error?.data?.["temporary"], true);
  assert.ok(Number(error?.data?.["retry_after_ms"]) > 0);
  assert.equal(bob.of("private").length, 0);
  assert.equal(ann.of("read").length, 0);
  outage.isDown = false;
  await ann.write({ type: "private", id: "m", "to_user_id": 2, content: "hi" });
  assert.deepEqual(bob.of("private").map((frame) => [frame.content, frame.data?.["seq"]]), [["hi", 1]]);
  assert.equal(ann.of("read")[0]?.data?.["status"], "delivered");
});

Deno.test("error 503: marks, sync and history are refused alike, without an acknowledgement", async () => {
  await using outage = await startOutage();
  const ann = await outage.instance.connect(1);
  await ann.write({ type: "private", "to_user_id": 2, content: "hi" });
  outage.isDown = true;
  const frames = [
    { type: "read", "to_user_id": 2 },
    { type: "delivered", "to_user_id": 2, data: { seq: 1 } },
    { type: "sync" },
    { type: "history", "to_user_id": 2 },
  ];
  for (const frame of frames) {
    await ann.write({ ...frame, id: frame.type });
    const answer = ann.frames.find((one) => one.id === frame.type);
    assert.deepEqual([answer?.type, answer?.data?.["code"]], ["error", 503], frame.type);
  }
});

Deno.test("error 503: does not count as a bad frame; the socket stays, and heartbeats are answered", async () => {
  await using outage = await startOutage();
  const ann = await outage.instance.connect(1);
  outage.isDown = true;
  for (let n = 0; n < 15; n++) {
    await ann.write({ type: "private", id: `m${n}`, "to_user_id": 2, content: "hi" });
  }
  assert.equal(ann.of("error").filter((frame) => frame.data?.["code"] === 503).length, 15);
  await ann.write({ type: "heartbeat", id: "beat" });
  assert.equal(ann.of("heartbeat")[0]?.id, "beat");
  assert.equal(ann.closedWith, null);
});

Deno.test("close 1013: a socket that cannot be opened because the store is down", async () => {
  await using outage = await startOutage();
  outage.isDown = true;
  const ann = await outage.instance.connect(1);
  assert.deepEqual([ann.closedWith, ann.frames], [1013, []]);
  outage.isDown = false;
  assert.equal((await outage.instance.connect(1)).frames[0]?.type, "welcome");
});

Deno.test("leave: what nobody could be told while the store was down is told once it answers", async () => {
  await using outage = await startOutage();
  const { instance } = outage;
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  // Until what is known of them has to be asked for again.
  await instance.clock.advance(31_000);
  outage.isDown = true;
  await bob.hangUp();
  await instance.clock.advance(20_000);
  assert.equal(ann.of("leave").length, 0);
  outage.isDown = false;
  await instance.clock.advance(5_000);
  assert.deepEqual(ann.of("leave").map((frame) => frame.from_user_id), [2]);
});
