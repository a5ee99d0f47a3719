/** Receipts: one frame for many, told to everybody who does not know, on an instance whose clock stands still. */
import assert from "node:assert/strict";
import type { Batch, Outcome } from "../../db/messages.ts";
import type { Store } from "../../db/store.ts";
import { settle } from "../support/fake_clock.ts";
import { type FakeSocket, startInstance, type TestInstance } from "../support/instance.ts";
import { instead } from "../support/instead.ts";

const MESSAGES = 100;

/** Lets user 1 write to user 2. */
async function fill(instance: TestInstance, count: number): Promise<void> {
  const writer = await instance.connect(1);
  for (let n = 1; n <= count; n++) void writer.write({ type: "private", "to_user_id": 2, content: `${n}` });
  await settle();
  assert.equal(writer.of("read").length, count);
  await writer.hangUp();
}

function delivered(socket: FakeSocket, seq: number): void {
  void socket.write({ type: "delivered", data: { "conversation_id": "1-2", seq } });
}

/** What a socket was told of the marks of a user, in the order it came: delivered, read. */
function told(socket: FakeSocket, of: number): readonly (readonly [unknown, unknown])[] {
  return socket.of("receipt").filter((frame) => frame.from_user_id === of)
    .map(({ data }) => [data?.["delivered_seq"], data?.["read_seq"]] as const);
}

const limits = { messages: { rate: 0, burst: 0 }, frames: { rate: 0, burst: 0 } };

/** A store that answers for each mark how far it led, as one does that takes them one by one. */
function markByMark(store: Store): Store {
  const { messages } = store;
  const commit = async ({ drafts, marks }: Batch): Promise<Outcome> => {
    const { appended } = await messages.commit({ drafts, marks: [] });
    const marked = [];
    for (const mark of marks) marked.push(...(await messages.commit({ drafts: [], marks: [mark] })).marked);
    return { appended, marked };
  };
  return instead(store, { messages: instead(messages, { commit }) });
}

const WAYS = [
  ["marked together", (store: Store): Store => store],
  ["marked one by one", markByMark],
] as const;

for (const [how, through] of WAYS) {
  Deno.test(`receipt: ${MESSAGES} confirmations ${how} are one frame for everybody else`, async () => {
    await using instance = await startInstance({ limits, through });
    await fill(instance, MESSAGES);
    const ann = await instance.connect(1);
    const phone = await instance.connect(2, { confirms: true });
    const desk = await instance.connect(2, { confirms: true });
    for (let seq = 1; seq <= MESSAGES; seq++) delivered(phone, seq);
    await settle();
    // After the commit of all those messages, marks wait some moments for others.
    for (let ms = 0; ms < 5; ms++) await instance.clock.advance(1);
    await settle();
    assert.deepEqual(told(ann, 2), [[MESSAGES, 0]]);
    assert.deepEqual(told(desk, 2), [[MESSAGES, 0]]);
    assert.equal(told(phone, 2).length, MESSAGES, "an acknowledgement for each");
  });

  Deno.test(`receipt: where two devices move a mark at once, the one that was behind hears of it, ${how}`, async () => {
    await using instance = await startInstance({ limits, through });
    await fill(instance, 10);
    const ann = await instance.connect(1);
    const phone = await instance.connect(2, { confirms: true });
    const desk = await instance.connect(2, { confirms: true });
    delivered(phone, 3);
    delivered(desk, 7);
    await settle();
    assert.deepEqual(told(phone, 2).at(-1), [7, 0]);
    assert.deepEqual(told(desk, 2), [[7, 0]], "its acknowledgement says it");
    assert.deepEqual(told(ann, 2), [[7, 0]]);
  });

  Deno.test(`receipt: a private read beside a delivery tells the others of the delivery alone, ${how}`, async () => {
    await using instance = await startInstance({ limits, through });
    await fill(instance, 5);
    const ann = await instance.connect(1);
    const phone = await instance.connect(2, { confirms: true });
    const desk = await instance.connect(2, { confirms: true });
    delivered(phone, 4);
    void phone.write({ type: "read", "to_user_id": 1, data: { seq: 4, private: true } });
    await settle();
    assert.deepEqual(told(ann, 2), [[4, 0]]);
    assert.deepEqual(told(desk, 2), [[4, 4]]);
  });

  Deno.test(`receipt: who was told of a delivery by the acknowledgement is told of the read after it, ${how}`, async () => {
    await using instance = await startInstance({ limits, through });
    const ann = await instance.connect(1);
    const bob = await instance.connect(2);
    void ann.write({ type: "private", "to_user_id": 2, content: "hello" });
    void ann.write({ type: "private", "to_user_id": 2, content: "are you there?" });
    await settle();
    assert.deepEqual(ann.of("read").map(({ data }) => data?.["status"]), ["delivered", "delivered"]);
    assert.deepEqual(told(ann, 2), []);
    void bob.write({ type: "read", "to_user_id": 1, data: { seq: 2 } });
    void ann.write({ type: "private", "to_user_id": 2, content: "one more" });
    await settle();
    assert.deepEqual(told(ann, 2).map(([, read]) => read).at(-1), 2);
  });
}
