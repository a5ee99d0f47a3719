/** Contract §3.2 `user_list`, `join`, `leave` and §3.1 `watch`: who is told of whom, and how often. */
import assert from "node:assert/strict";
import { type FakeSocket, startInstance, type TestInstance } from "../support/instance.ts";
import type { AnyFrame } from "../support/socket_client.ts";

/** Longer than a leave waits, and than news waits for company. */
const LEFT = 7_000;

interface Person {
  readonly "user_id": number;
  readonly status: string;
  readonly "last_seen": string | null;
}

function people(frame: AnyFrame | undefined): readonly Person[] {
  const users = frame?.data?.["users"];
  assert.ok(Array.isArray(users), JSON.stringify(frame));
  return users;
}

function ids(frame: AnyFrame | undefined): readonly number[] {
  return people(frame).map((one) => one.user_id).toSorted((a, b) => a - b);
}

function about(socket: FakeSocket, type: "join" | "leave"): readonly number[] {
  return socket.of(type).map((frame) => Number(frame.from_user_id));
}

/** A release instance with accounts 1 to `count`. */
async function startRelease(count: number, everyoneBelow: number): Promise<TestInstance> {
  const instance = await startInstance({ mode: "release", presenceEveryoneBelow: everyoneBelow });
  const { store, clock } = instance;
  for (let n = 1; n <= count; n++) {
    const form = { username: `user${n}`, email: `${n}@example.com`, phone: "", passwordDigest: "x" };
    await store.users.create({ ...form, createdAt: clock.now() });
  }
  await clock.advance(31_000);
  return instance;
}

Deno.test("user_list in release: everybody while there are as many active accounts as the threshold", async () => {
  await using instance = await startRelease(3, 3);
  await instance.connect(1);
  await instance.connect(2);
  const carl = await instance.connect(3);
  assert.deepEqual(ids(carl.of("user_list")[0]), [1, 2, 3]);
});

Deno.test("user_list in release: beyond the threshold the people of one's conversations, those watched and oneself", async () => {
  await using instance = await startRelease(5, 3);
  const ann = await instance.connect(1);
  await ann.write({ type: "private", "to_user_id": 2, content: "hi" });
  await instance.connect(3);
  await instance.connect(4);
  await ann.write({ type: "watch", data: { add: [3, 5] } });
  const bob = await instance.connect(2);
  assert.deepEqual(ids(bob.of("user_list")[0]), [1, 2]);
  const second = await instance.connect(1);
  assert.deepEqual(ids(second.of("user_list")[0]), [1, 2, 3], "4 is a stranger, 5 is offline");
});

Deno.test("user_list in release: a disabled account does not count against the threshold", async () => {
  await using instance = await startRelease(4, 3);
  await instance.connect(1);
  assert.deepEqual(ids((await instance.connect(2)).of("user_list")[0]), [2]);
  await instance.store.users.update(4, { status: "disabled" }, instance.clock.now());
  await instance.clock.advance(31_000);
  assert.deepEqual(ids((await instance.connect(3)).of("user_list")[0]), [1, 2, 3]);
});

Deno.test("join and leave in release: beyond the threshold strangers are told nothing", async () => {
  await using instance = await startRelease(4, 1);
  const ann = await instance.connect(1);
  const stranger = await instance.connect(3);
  await ann.write({ type: "private", "to_user_id": 2, content: "hi" });
  const bob = await instance.connect(2);
  await instance.clock.advance(LEFT);
  await bob.hangUp();
  await instance.clock.advance(LEFT);
  assert.deepEqual([about(ann, "join").filter((id) => id !== 1), about(ann, "leave")], [[2], [2]]);
  assert.deepEqual([about(stranger, "join"), about(stranger, "leave")], [[3], []]);
});

Deno.test("join: comes to oneself as well, once a user, and tells since when", async () => {
  await using instance = await startInstance();
  const phone = await instance.connect(1);
  const came = new Date(instance.clock.now()).toISOString();
  await instance.clock.advance(LEFT);
  const desk = await instance.connect(1);
  await instance.clock.advance(LEFT);
  assert.deepEqual([about(phone, "join"), about(desk, "join")], [[1], []]);
  assert.deepEqual([phone.of("join")[0]?.data?.["status"], phone.of("join")[0]?.data?.["last_seen"]], [
    "online",
    came,
  ]);
  assert.deepEqual(people(desk.of("user_list")[0]).map((one) => [one.status, one.last_seen]), [[
    "online",
    came,
  ]]);
});

Deno.test("leave: tells when the last device went, and the next list lacks them", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  await instance.clock.advance(60_000);
  await bob.hangUp();
  await instance.clock.advance(LEFT);
  const [leave] = ann.of("leave");
  assert.deepEqual([leave?.from_user_id, leave?.data?.["status"]], [2, "offline"]);
  const seen = instance.clock.now() - Date.parse(String(leave?.data?.["last_seen"]));
  assert.ok(seen >= 0 && seen <= LEFT, `${seen} ms ago`);
  assert.deepEqual(ids((await instance.connect(3)).of("user_list")[0]), [1, 3]);
});

Deno.test("watch and presence: those added are answered, their join and leave are told, and nothing once they are removed", async () => {
  await using instance = await startInstance({ presenceEveryoneBelow: 1 });
  const ann = await instance.connect(1);
  await instance.connect(9);
  await ann.write({ type: "watch", id: "w", data: { add: [2, 2, 3] } });
  const [answer] = ann.of("presence");
  assert.deepEqual([answer?.id, people(answer).map((one) => [one.user_id, one.status])], ["w", [
    [2, "offline"],
    [3, "offline"],
  ]]);
  const come = async (): Promise<void> => {
    const bob = await instance.connect(2);
    await instance.clock.advance(LEFT);
    await bob.hangUp();
    await instance.clock.advance(LEFT);
  };
  await come();
  assert.deepEqual([about(ann, "join").filter((id) => id === 2), about(ann, "leave")], [[2], [2]]);
  await ann.write({ type: "watch", id: "less", data: { remove: [2] } });
  assert.deepEqual(people(ann.of("presence")[1]), []);
  await come();
  assert.deepEqual(about(ann, "leave"), [2]);
});

Deno.test("watch: at most 200 in all; one more is refused with 400 and adds nobody", async () => {
  await using instance = await startInstance({ presenceEveryoneBelow: 1 });
  const ann = await instance.connect(1);
  const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);
  await ann.write({ type: "watch", data: { add: range(1_000, 199) } });
  await ann.write({ type: "watch", id: "many", data: { add: [2, 3] } });
  const [error] = ann.of("error");
  assert.deepEqual([error?.id, error?.data?.["code"], error?.data?.["error"]], [
    "many",
    400,
    "too_many_watched",
  ]);
  await instance.connect(2);
  await instance.clock.advance(LEFT);
  assert.deepEqual(about(ann, "join").filter((id) => id === 2), []);
  await ann.write({ type: "watch", id: "room", data: { add: [2], remove: range(1_000, 1) } });
  assert.equal(ann.of("presence").at(-1)?.id, "room");
  await ann.write({ type: "watch", id: "at once", data: { add: range(1, 201) } });
  assert.equal(ann.of("error").at(-1)?.id, "at once");
});
