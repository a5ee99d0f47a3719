import assert from "node:assert/strict";
import { systemClock } from "../../db/clock.ts";
import { directConversation, type UserId } from "../../db/model.ts";
import { openStore } from "../../db/open.ts";
import type { Store } from "../../db/store.ts";
import { refuseDebugTraces } from "./debug_traces.ts";
import { SettingsError } from "./settings_error.ts";

const WHERE = { dataDir: "./data", modeSource: "the default" };

/** An open store in a directory that goes with it. */
async function fixture(): Promise<{ readonly store: Store } & AsyncDisposable> {
  const dataDir = await Deno.makeTempDir({ prefix: "go-chat-test-" });
  const store = await openStore({ dataDir, clock: systemClock });
  return {
    store,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

async function register(store: Store, username: string): Promise<UserId> {
  const email = `${username}@example.com`;
  return (await store.users.create({ username, email, phone: "", passwordDigest: "x", createdAt: 1 })).id;
}

async function write(store: Store, from: UserId, to: UserId): Promise<void> {
  const draft = {
    conversation: directConversation(from, to),
    senderId: from,
    clientId: null,
    messageId: crypto.randomUUID(),
    kind: "text" as const,
    content: "hello",
    createdAt: 1,
  };
  await store.messages.commit({ drafts: [draft], marks: [] });
}

Deno.test("refuseDebugTraces() passes a store of accounts alone", async () => {
  await using opened = await fixture();
  const { store } = opened;
  await store.noteDebugUse();
  await write(store, await register(store, "ann"), await register(store, "bob"));
  await refuseDebugTraces(store, WHERE);
});

Deno.test("refuseDebugTraces() passes the number of an account that was erased", async () => {
  await using opened = await fixture();
  const { store } = opened;
  await store.noteDebugUse();
  // The first is the owner, without whom a store is not left.
  const [bob, ann] = [await register(store, "bob"), await register(store, "ann")];
  await write(store, ann, bob);
  await store.erasures.begin(ann, { now: 1, againAt: 2 });
  await refuseDebugTraces(store, WHERE);
});

Deno.test("refuseDebugTraces() names an id that wrote, or was written to, without an account", async () => {
  await using opened = await fixture();
  const { store } = opened;
  await store.noteDebugUse();
  await write(store, await register(store, "ann"), 4_294_967_295);
  await assert.rejects(
    refuseDebugTraces(store, WHERE),
    (error) => error instanceof SettingsError && error.message.includes("such as 4294967295"),
  );
});

Deno.test("refuseDebugTraces() looks beyond the first thousand members", async () => {
  await using opened = await fixture();
  const { store } = opened;
  await store.noteDebugUse();
  for (let index = 0; index < 1_001; index++) await register(store, `user${index}`);
  const drafts = Array.from({ length: 1_001 }, (_, index) => index + 1).map((id) => write(store, id, id + 1));
  for (const draft of drafts) await draft;
  await assert.rejects(refuseDebugTraces(store, WHERE), /such as 1002/);
});

Deno.test("refuseDebugTraces() does not look where debug never was", async () => {
  await using opened = await fixture();
  await write(opened.store, 5, 6);
  await refuseDebugTraces(opened.store, WHERE);
});
