/** Contract §2 GET /ws/online-users: who is told of whom, and how many at most. */
import assert from "node:assert/strict";
import type { Store } from "../../db/store.ts";
import { FakeSocket } from "../support/instance.ts";
import { instead } from "../support/instead.ts";
import { until } from "../support/until.ts";
import { AppHarness, type Person } from "./app_harness.ts";

/** Connects ids that need no account to be told of, as realtime takes them from the door. */
async function connect(http: AppHarness, ids: readonly number[]): Promise<void> {
  const sockets = ids.map((userId) => {
    const socket = new FakeSocket();
    const identity = { userId, username: `user${userId}`, session: null, language: "en" } as const;
    const events = http.realtime.accept(identity, socket, false);
    socket.bind(events);
    events.opened();
    return socket;
  });
  await until("all are welcome", () => sockets.every((one) => one.of("welcome").length === 1));
}

async function online(http: AppHarness, person?: Person): Promise<{ ids: number[]; count: number }> {
  const { status, data } = await http.call("GET", "/ws/online-users", { token: person?.token });
  assert.equal(status, 200);
  const users: { user_id: number; status: string }[] = Object(data).users;
  assert.ok(users.every((user) => user.status === "online"));
  return { ids: users.map((user) => user.user_id), count: Object(data).count };
}

async function people(http: AppHarness, count: number): Promise<Person[]> {
  const all: Person[] = [];
  for (let n = 1; n <= count; n++) all.push(await http.join(`person${n}`));
  return all;
}

Deno.test("GET /ws/online-users: at most 500 users, told by count", async () => {
  await using http = await AppHarness.open();
  await connect(http, Array.from({ length: 501 }, (_, n) => n + 1));
  const { ids, count } = await online(http);
  assert.deepEqual([ids.length, new Set(ids).size, count], [500, 500, 500]);
});

Deno.test("GET /ws/online-users in release: at most 500 users, oneself among them however late", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const [ann] = await people(http, 1);
  assert.ok(ann !== undefined);
  // Ids without an account are not shown in release: the accounts are made first.
  const createdAt = http.clock.now();
  for (let n = 2; n <= 520; n++) {
    const form = {
      username: `user${n}`,
      email: `${n}@example.com`,
      phone: "",
      passwordDigest: "x",
      createdAt,
    };
    await http.store.users.create(form);
  }
  await connect(http, Array.from({ length: 519 }, (_, n) => n + 2));
  await connect(http, [ann.id]);
  const { ids, count } = await online(http, ann);
  assert.deepEqual([ids.length, count, ids.includes(ann.id)], [500, 500, true]);
});

Deno.test("GET /ws/online-users in release: beyond the threshold the people of one's conversations and oneself", async () => {
  // The threshold is looked at now and then; here it is passed from the start.
  const wrapStore = (store: Store): Store =>
    instead(store, { users: instead(store.users, { hasMoreActiveThan: () => Promise.resolve(true) }) });
  await using http = await AppHarness.open({ mode: "release", wrapStore });
  const [ann, bob, carl] = await people(http, 3);
  assert.ok(ann !== undefined && bob !== undefined && carl !== undefined);
  await http.call("POST", "/messages", { token: ann.token, body: { to_user_id: bob.id, content: "hi" } });
  await connect(http, [ann.id, bob.id, carl.id]);
  assert.deepEqual((await online(http, ann)).ids.toSorted(), [ann.id, bob.id]);
  assert.deepEqual((await online(http, carl)).ids, [carl.id]);
});
