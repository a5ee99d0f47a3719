import assert from "node:assert/strict";
import { settle } from "../tests/support/fake_clock.ts";
import { startInstance } from "../tests/support/instance.ts";
import { instead } from "../tests/support/instead.ts";

Deno.test("read: is answered behind a running sync, so that the marks a device is told never go back", async () => {
  const later = Promise.withResolvers<void>();
  await using instance = await startInstance({
    through: (store) => {
      const { messages } = store;
      const sync: typeof messages.sync = async (userId, query) => {
        const page = await messages.sync(userId, query);
        await later.promise;
        return page;
      };
      return instead(store, { messages: instead(messages, { sync }) });
    },
  });
  const ann = await instance.connect(1);
  await ann.write({ type: "private", id: "m", "to_user_id": 2, content: "hello" });
  const bob = await instance.connect(2);
  await bob.write({ type: "sync", id: "s" });
  await bob.write({ type: "read", id: "r", "to_user_id": 1 });
  later.resolve();
  await settle();
  const answers = bob.frames.filter((frame) => frame.id === "s" || frame.id === "r").map((frame) =>
    frame.type
  );
  assert.deepEqual(answers, ["sync", "receipt"]);
});
