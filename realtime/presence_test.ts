import assert from "node:assert/strict";
import { settle } from "../tests/support/fake_clock.ts";
import { startInstance } from "../tests/support/instance.ts";
import { instead } from "../tests/support/instead.ts";

Deno.test("Presence tells no leave of somebody who came back while the time they left was being stored", async () => {
  const later = Promise.withResolvers<void>();
  await using instance = await startInstance({
    through: (store) => instead(store, { users: instead(store.users, { touch: () => later.promise }) }),
  });
  const ann = await instance.connect(1);
  const bob = await instance.connect(2);
  await bob.hangUp();
  await instance.clock.advance(6_000);
  await instance.connect(2);
  await instance.clock.advance(1_000);
  later.resolve();
  await settle();
  await instance.clock.advance(1_000);
  const news = ann.frames.filter((frame) => frame.from_user_id === 2).map((frame) => frame.type);
  assert.equal(news.at(-1), "join", news.join());
});
