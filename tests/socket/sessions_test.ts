/** Contract §2 on sessions with open sockets, where no hint of their end arrives: the next look finds it. */
import assert from "node:assert/strict";
import type { Session } from "../../db/model.ts";
import { SESSION_IDLE_MS } from "../../db/sessions.ts";
import { settle } from "../support/fake_clock.ts";
import { FakeSocket, startInstance, type TestInstance } from "../support/instance.ts";

const DAY = 86_400_000;
/** The bus tells within 1 s; without it a look every 30 s does. */
const ONE_LOOK = 30_500;

interface SignedIn {
  readonly session: Session;
  readonly socket: FakeSocket;
}

/** Somebody with a session in the store, and a socket of it. */
async function signIn({ store, clock, realtime }: TestInstance, lifetime = DAY): Promise<SignedIn> {
  const now = clock.now();
  const form = { username: "ann", email: "ann@example.com", phone: "", passwordDigest: "x", createdAt: now };
  const user = await store.users.create(form);
  const session = {
    id: "s1",
    userId: user.id,
    device: "test",
    address: "127.0.0.1",
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetime,
  };
  await store.sessions.create(session);
  const socket = new FakeSocket();
  const identity = { userId: user.id, username: "ann", session, language: "en" } as const;
  const events = realtime.accept(identity, socket, true);
  socket.bind(events);
  events.opened();
  await settle();
  assert.equal(socket.frames[0]?.type, "welcome");
  return { session, socket };
}

Deno.test("close 4501: a socket whose session was ended, at the next look", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { session, socket } = await signIn(instance);
  await instance.clock.advance(ONE_LOOK);
  assert.equal(socket.closedWith, null);
  await instance.store.sessions.end(session.userId, { ids: [session.id] });
  await instance.clock.advance(ONE_LOOK);
  assert.equal(socket.closedWith, 4501);
});

Deno.test("close 4501: a socket whose session expires, however much it is used", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { socket } = await signIn(instance, 120_000);
  await instance.clock.advance(119_000);
  assert.equal(socket.closedWith, null);
  await instance.clock.advance(ONE_LOOK);
  assert.equal(socket.closedWith, 4501);
});

Deno.test("close 4501: a socket that is opened for a session which ended meanwhile, before welcome", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { session } = await signIn(instance);
  await instance.store.sessions.end(session.userId, { ids: [session.id] });
  const socket = new FakeSocket();
  const identity = { userId: session.userId, username: "ann", session, language: "en" } as const;
  const events = instance.realtime.accept(identity, socket, true);
  socket.bind(events);
  events.opened();
  await settle();
  assert.deepEqual([socket.closedWith, socket.frames], [4501, []]);
});

Deno.test("close 4503: a socket whose account was disabled, at the next look", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { session, socket } = await signIn(instance);
  await instance.store.users.update(session.userId, { status: "disabled" }, instance.clock.now());
  await instance.clock.advance(ONE_LOOK);
  assert.equal(socket.closedWith, 4503);
});

Deno.test("An open socket is use of its session: it puts off the 30 days", async () => {
  await using instance = await startInstance({ mode: "release" });
  const { session } = await signIn(instance, 90 * DAY);
  await instance.clock.advance(20 * 60_000);
  const [kept] = await instance.store.sessions.list(session.userId, instance.clock.now());
  const idleUntil = (kept?.lastUsedAt ?? 0) + SESSION_IDLE_MS;
  assert.ok(idleUntil > session.lastUsedAt + SESSION_IDLE_MS + 9 * 60_000, String(kept?.lastUsedAt));
});
