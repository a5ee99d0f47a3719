import assert from "node:assert/strict";
import { StoreUnavailableError } from "../../../db/errors.ts";
import { directConversation } from "../../../db/model.ts";
import type { MysqlStore } from "../../../db/sql/mysql/store.ts";
import {
  AB,
  ANN,
  append,
  appendAll,
  BOB,
  draft,
  mark,
  markDraft,
  messageOf,
  ROOM,
  seqs,
  texts,
  viewOf,
} from "../../contract/drafts.ts";
import { openAt } from "../../contract/mysql.ts";
import { createDatabase, shareMariadb, type TestDatabase } from "../../support/mariadb.ts";
import { type Cut, StatementProxy } from "./statement_proxy.ts";

await shareMariadb();

/** A store whose way to the server can be cut. */
async function open(): Promise<
  AsyncDisposable & {
    readonly store: MysqlStore;
    readonly proxy: StatementProxy;
    readonly database: TestDatabase;
  }
> {
  const database = await createDatabase();
  const proxy = new StatementProxy(database.place);
  const store = await openAt(proxy.place);
  return {
    store,
    proxy,
    database,
    async [Symbol.asyncDispose](): Promise<void> {
      await store[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const NEW = directConversation(ANN, 77);
/** The round trips of a batch. */
const STEPS: Readonly<Record<string, RegExp>> = {
  "looks for keys": /select id, `key` from conversation/,
  "locks": /for update/,
  "writes and commits": /;commit$/,
};

for (const [step, text] of Object.entries(STEPS)) {
  for (const how of ["before", "after"] as const satisfies readonly Cut[]) {
    Deno.test(`commit() is done once where its connection ends as it ${step}, ${how} the server saw it`, async () => {
      await using opened = await open();
      const { store: { messages }, proxy } = opened;
      await appendAll(messages, ...texts(3), draft("known", { clientId: "known" }));
      proxy.cutAt(text, how);
      const { appended, marked } = await messages.commit({
        drafts: [
          draft("with an id", { clientId: "id" }),
          draft("without"),
          draft("known", { clientId: "known" }),
          draft("elsewhere", { conversation: NEW }),
          draft("with an id", { clientId: "id" }),
        ],
        marks: [markDraft({ read: { seq: 5 } })],
      });
      assert.equal(proxy.cuts, 1);
      assert.deepEqual(
        appended.map((one) => "message" in one ? [one.message.seq, one.created] : one.error),
        [[5, true], [6, true], [4, false], [1, true], [5, false]],
      );
      assert.deepEqual([marked[0]?.readSeq, marked[0]?.unread], [5, 1]);
      const { messages: stored } = await messages.list(AB, { limit: 50, maxBytes: ROOM });
      assert.deepEqual(seqs(stored), [1, 2, 3, 4, 5, 6]);
      assert.equal((await viewOf(messages, 77, NEW)).lastSeq, 1);
      assert.equal((await viewOf(messages, BOB)).unread, 1);
    });
  }
}

Deno.test("commit() gives up where its connection ends every time, and the next one works", async () => {
  await using opened = await open();
  const { store: { messages }, proxy } = opened;
  await appendAll(messages, ...texts(2));
  proxy.cutAt(/;commit$/, "before", 100);
  await assert.rejects(append(messages, draft("never")), StoreUnavailableError);
  assert.ok(proxy.cuts > 1);
  proxy.cutAt(/never/, "before", 0);
  assert.deepEqual(seqs(await appendAll(messages, draft("next"))), [3]);
});

Deno.test("An account is made once or not where the connection ends, and it is said which", async () => {
  await using opened = await open();
  const { store: { users, invites, sessions }, proxy } = opened;
  await invites.create({ id: "i", role: "member", usesLeft: 5, expiresAt: 9, createdAt: 1, createdBy: null });
  const user = (name: string): Parameters<typeof users.create>[0] => ({
    username: name,
    email: `${name}@x.org`,
    phone: "",
    passwordDigest: "",
    createdAt: 1,
    inviteId: "i",
  });
  // Before the commit nothing is done, so it is done again.
  proxy.cutAt(/insert into `user`/, "after");
  assert.equal((await users.create(user("ann"))).username, "ann");
  assert.equal((await invites.find("i", 1))?.usesLeft, 4);
  // Nobody knows about a commit without an answer, and nobody guesses.
  proxy.cutAt(/^.{4}.?commit$/s, "after");
  await assert.rejects(users.create(user("bob")), StoreUnavailableError);
  assert.equal((await users.find({ login: "bob" }))?.username, "bob");
  assert.equal((await invites.find("i", 1))?.usesLeft, 3);
  // Reading is asked again.
  proxy.cutAt(/select/, "before");
  assert.equal((await users.find({ login: "ann" }))?.username, "ann");
  proxy.cutAt(/select/, "before");
  assert.equal((await sessions.list(1, 1)).length, 0);
});

Deno.test("commit() waits for a row that somebody else has, and refuses within bounds when it is kept", async () => {
  await using opened = await open();
  const { store: { messages }, database } = opened;
  await appendAll(messages, ...texts(2));
  await using other = await openAt(database.place);
  const { promise: kept, resolve: letGo } = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const keeping = other.database.transact(async (connection) => {
    await connection.run("select * from conversation for update");
    locked.resolve();
    await kept;
  });
  await locked.promise;
  const startedAt = performance.now();
  await assert.rejects(append(messages, draft("waits")), StoreUnavailableError);
  const ms = performance.now() - startedAt;
  assert.ok(ms > 2_000 && ms < 12_000, `refused after ${ms} ms`);
  const patient = append(messages, draft("patient"));
  letGo();
  await keeping;
  assert.equal(messageOf((await patient)[0]).seq, 3);
  assert.equal((await mark(messages, { read: "newest" }))?.unread, 0);
});
