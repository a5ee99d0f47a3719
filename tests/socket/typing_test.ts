/** Contract §3.1 `typing`, on an instance whose clock is moved by hand. */
import assert from "node:assert/strict";
import { type FakeSocket, startInstance } from "../support/instance.ts";

function typing(to: number, active?: boolean): object {
  return { type: "typing", "to_user_id": to, ...(active !== undefined && { data: { active } }) };
}

function actives(socket: FakeSocket): readonly unknown[] {
  return socket.of("typing").map((frame) => frame.data?.["active"]);
}

Deno.test("typing: at most one active a second and peer, from all devices together", async () => {
  await using instance = await startInstance();
  const phone = await instance.connect(1);
  const desk = await instance.connect(1);
  const bob = await instance.connect(2);
  const carl = await instance.connect(3);
  await phone.write(typing(2));
  await phone.write(typing(2, true));
  await desk.write(typing(2));
  await phone.write(typing(3));
  assert.deepEqual([actives(bob), actives(carl)], [[true], [true]]);
  await instance.clock.advance(999);
  await phone.write(typing(2));
  assert.deepEqual(actives(bob), [true]);
  await instance.clock.advance(1);
  await phone.write(typing(2));
  assert.deepEqual(actives(bob), [true, true]);
});

Deno.test("typing: active false always passes", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  await ann.write(typing(2));
  for (let n = 0; n < 3; n++) await ann.write(typing(2, false));
  assert.deepEqual(actives(bob), [true, false, false, false]);
});

Deno.test("typing: names the conversation, takes it for the recipient, and reaches the peer alone", async () => {
  await using instance = await startInstance();
  const phone = await instance.connect(2);
  const desk = await instance.connect(2);
  const ann = await instance.connect(1);
  await phone.write({ type: "typing", data: { "conversation_id": "1-2" } });
  const [frame] = ann.of("typing");
  assert.deepEqual([frame?.from_user_id, frame?.to_user_id], [2, 1]);
  assert.deepEqual(frame?.data, { "conversation_id": "1-2", active: true });
  assert.deepEqual([phone.of("typing"), desk.of("typing")], [[], []]);
});

Deno.test("typing: is never stored, also for a peer who is not online", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  await ann.write(typing(2));
  const bob = await instance.connect(2);
  await bob.write({ type: "sync", id: "s" });
  assert.equal(bob.of("typing").length, 0);
  assert.deepEqual(bob.of("sync")[0]?.data?.["conversations"], []);
  assert.equal(ann.of("error").length, 0);
});

Deno.test("typing: into a conversation of others is refused with 403, to oneself with 400", async () => {
  await using instance = await startInstance();
  const ann = await instance.connect(1);
  await ann.write({ type: "typing", data: { "conversation_id": "2-3" } });
  await ann.write(typing(1));
  assert.deepEqual(ann.of("error").map((frame) => frame.data?.["error"]), ["not_a_member", "to_oneself"]);
});
