import assert from "node:assert/strict";
import { strFromU8, unzipSync } from "fflate";
import { systemClock } from "../../db/clock.ts";
import { directConversation } from "../../db/model.ts";
import { openStore } from "../../db/open.ts";
import type { Store } from "../../db/store.ts";
import { exportAccount } from "./export.ts";
import { EXPORT_FILES } from "./shapes.ts";
import { writePrivately } from "./private_file.ts";

const SECRET = "digest-that-nobody-sees";

async function fixture(): Promise<{ readonly store: Store; readonly dataDir: string } & AsyncDisposable> {
  const dataDir = await Deno.makeTempDir({ prefix: "go-chat-test-" });
  const store = await openStore({ dataDir, clock: systemClock });
  return {
    store,
    dataDir,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

async function register({ users }: Store, username: string): Promise<number> {
  const email = `${username}@example.org`;
  const user = { username, email, phone: "", passwordDigest: SECRET, createdAt: 1 };
  return (await users.create(user)).id;
}

async function write(store: Store, from: number, to: number, contents: readonly string[]): Promise<void> {
  for (let at = 0; at < contents.length; at += 500) {
    const drafts = contents.slice(at, at + 500).map((content, nth) => ({
      conversation: directConversation(from, to),
      senderId: from,
      clientId: `${from}/${to}/${at + nth}`,
      messageId: crypto.randomUUID(),
      kind: "text" as const,
      content,
      createdAt: 1_000 + at + nth,
    }));
    await store.messages.commit({ drafts, marks: [] });
  }
}

/** What a file says it is. */
function schemaOf(name: string): (typeof EXPORT_FILES)[keyof typeof EXPORT_FILES] {
  const base = name.replace(/^conversations\/.*\/messages-\d+/, "messages-*");
  const found = Object.entries(EXPORT_FILES).find(([known]) => known === base);
  assert.ok(found !== undefined, name);
  return found[1];
}

/** What an export of this person holds, by file name. */
async function exported(
  store: Store,
  userId: number,
  language: "en" | "zh" = "en",
): Promise<ReadonlyMap<string, string>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportAccount({ store, clock: systemClock }, { userId, language })) {
    pieces.push(piece);
  }
  const files = unzipSync(
    new Uint8Array(await new Blob(pieces.map((one) => new Uint8Array(one))).arrayBuffer()),
  );
  const texts = new Map(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
  for (const [name, text] of texts) {
    if (name.endsWith(".json")) schemaOf(name).parse(JSON.parse(text));
  }
  return texts;
}

Deno.test("exportAccount() holds everything a person can see, and nothing that signs anybody in", async () => {
  await using opened = await fixture();
  const { store } = opened;
  const [ann, bob, eve] = [
    await register(store, "ann"),
    await register(store, "bob"),
    await register(store, "eve"),
  ];
  await write(store, ann, bob, ["hello", "你好 \u{1f98a}"]);
  await write(store, bob, ann, ["an answer"]);
  await write(store, bob, eve, ["not hers to read"]);
  const id = "session-hash-that-nobody-sees";
  const times = { createdAt: Date.now(), lastUsedAt: Date.now(), expiresAt: Date.now() + 90_000 };
  await store.sessions.create({
    id,
    userId: ann,
    device: "Firefox on Linux",
    address: "192.0.2.1",
    ...times,
  });
  const conversation = directConversation(ann, bob);
  await store.messages.commit({
    drafts: [],
    marks: [{ conversation, userId: bob, read: { seq: 1 }, at: 5 }],
  });
  const files = await exported(store, ann);
  const folder = `conversations/${conversation.id}`;
  assert.deepEqual(
    [...files.keys()].sort(),
    [
      "account.json",
      `${folder}/0001.html`,
      `${folder}/messages-0001.json`,
      "conversations.json",
      "index.html",
      "sessions.json",
    ].sort(),
  );
  const account = JSON.parse(files.get("account.json") ?? "").account;
  assert.deepEqual([account.id, account.username, account.email], [ann, "ann", "ann@example.org"]);
  const [session] = JSON.parse(files.get("sessions.json") ?? "").sessions;
  assert.deepEqual([session.device, session.address], ["Firefox on Linux", "192.0.2.1"]);
  const { messages } = JSON.parse(files.get(`${folder}/messages-0001.json`) ?? "");
  assert.deepEqual(
    messages.map((
      one: Record<string, unknown>,
    ) => [one["seq"], one["from_user_id"], one["content"], one["client_id"]]),
    [[1, ann, "hello", `${ann}/${bob}/0`], [2, ann, "你好 \u{1f98a}", `${ann}/${bob}/1`], [
      3,
      bob,
      "an answer",
      undefined,
    ]],
  );
  const [only] = JSON.parse(files.get("conversations.json") ?? "").conversations;
  assert.deepEqual([only.peer.username, only.peer_read_seq, only.unread, only.pages.length], [
    "bob",
    1,
    1,
    1,
  ]);
  const all = [...files.values()].join();
  for (const hidden of [SECRET, id, "not hers to read"]) assert.ok(!all.includes(hidden), hidden);
});

Deno.test("exportAccount() cuts long conversations into pages that are linked, each message once", async () => {
  await using opened = await fixture();
  const { store } = opened;
  const [ann, bob] = [await register(store, "ann"), await register(store, "bob")];
  await write(store, ann, bob, Array.from({ length: 2_001 }, (_, at) => `text ${at + 1}`));
  const told: [number, number][] = [];
  const options = { userId: ann, language: "en" as const };
  for await (
    const _ of exportAccount({ store, clock: systemClock }, {
      ...options,
      progress: (done, total) => told.push([done, total]),
    })
  );
  assert.deepEqual(told, [[1_000, 2_001], [2_000, 2_001], [2_001, 2_001]]);
  const files = await exported(store, ann);
  const [{ pages }] = JSON.parse(files.get("conversations.json") ?? "").conversations;
  assert.deepEqual(
    pages.map((page: Record<string, unknown>) => [page["first_seq"], page["last_seq"], page["messages"]]),
    [[1, 1_000, 1_000], [1_001, 2_000, 1_000], [2_001, 2_001, 1]],
  );
  const second = files.get(pages[1].html) ?? "";
  assert.match(second, /href="0001\.html"/);
  assert.match(second, /href="0003\.html"/);
  const texts = pages.flatMap((page: { json: string }) =>
    JSON.parse(files.get(page.json) ?? "").messages.map((one: { content: string }) => one.content)
  );
  assert.deepEqual([texts.length, new Set(texts).size], [2_001, 2_001]);
});

Deno.test("exportAccount() writes pages in which nothing that people wrote is markup", async () => {
  await using opened = await fixture();
  const { store } = opened;
  const [ann, bob] = [await register(store, "ann"), await register(store, "bob")];
  const nasty = `<script>alert(1)</script><img src=x onerror='a("b")'>&amp;</p></article>`;
  await write(store, bob, ann, [nasty, "  two\n  lines"]);
  const files = await exported(store, ann, "zh");
  const pages = [...files].filter(([name]) => name.endsWith(".html"));
  assert.equal(pages.length, 2);
  for (const [, page] of pages) {
    assert.doesNotMatch(page, /<script|<img|onerror='/);
    assert.match(page, /default-src 'none'/);
    assert.match(page, /prefers-color-scheme: dark/);
    assert.match(page, /lang="zh-CN"/);
  }
  const page = files.get(`conversations/${directConversation(ann, bob).id}/0001.html`) ?? "";
  assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  assert.ok(page.includes("&amp;amp;"));
  assert.ok(page.includes("  two\n  lines"));
  assert.ok((files.get("index.html") ?? "").includes("ann 的全部数据"));
});

Deno.test("exportAccount() shows who is gone and what was removed as that", async () => {
  await using opened = await fixture();
  const { store } = opened;
  const [ann, bob] = [await register(store, "ann"), await register(store, "bob")];
  const conversation = directConversation(ann, bob);
  await write(store, bob, ann, ["marker"]);
  await store.erasures.begin(bob, { now: 2_000, againAt: 3_000 });
  await store.messages.emptyMessages({ conversation, senderId: bob, afterSeq: 0, limit: 10, at: 2_000 });
  const files = await exported(store, ann);
  const [only] = JSON.parse(files.get("conversations.json") ?? "").conversations;
  assert.deepEqual(only.peer, { user_id: bob, username: "", deleted: true });
  const page = files.get(`conversations/${conversation.id}/0001.html`) ?? "";
  assert.ok(page.includes("Message removed") && page.includes(`Deleted account (${bob})`));
  assert.ok(![...files.values()].join().includes("marker"));
});

Deno.test("exportAccount() refuses a number that is nobody's", async () => {
  await using opened = await fixture();
  const bytes = exportAccount({ store: opened.store, clock: systemClock }, { userId: 99, language: "en" });
  await assert.rejects(bytes.next(), { code: "no_such_user" });
});

Deno.test("writePrivately() leaves a whole file that nobody else may read, or none", async () => {
  await using opened = await fixture();
  const path = `${opened.dataDir}/mine.zip`;
  await Deno.writeTextFile(`${path}.partial`, "left by a run that was cut short", { mode: 0o644 });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array([1, 2]);
    yield new Uint8Array([3]);
  }
  assert.equal(await writePrivately(path, bytes()), 3);
  assert.deepEqual(await Deno.readFile(path), new Uint8Array([1, 2, 3]));
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  await assert.rejects(writePrivately(path, bytes()), Deno.errors.AlreadyExists);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array([1]);
    throw new Error("the store went away");
  }
  await assert.rejects(writePrivately(`${path}2`, broken()), /the store went away/);
  const names = await Array.fromAsync(Deno.readDir(opened.dataDir), ({ name }) => name);
  const left = names.filter((name) => name.includes("mine"));
  assert.deepEqual(left, ["mine.zip"]);
});
