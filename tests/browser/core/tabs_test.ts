import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../../static/core/connection.js";
import { OTHERS_PATIENCE_MS, SETTLED_PATIENCE_MS } from "../../../static/core/outbox.js";
import { settle } from "../../support/fake_clock.ts";
import {
  acknowledgement,
  CONVERSATION,
  message,
  refusal,
  SELF,
  Stage,
  syncAnswer,
  welcome,
} from "./stage.ts";
import { type Fate, StagedServer } from "./staged_server.ts";
import type { StagedSocket } from "./staged_socket.ts";

function contents(connection: Connection): readonly string[] {
  return connection.state.drafts.map(({ content }) => content);
}

interface Tab {
  readonly connection: Connection;
  readonly socket: StagedSocket;
}

/** Two tabs of one person, both online. */
async function twoTabs(): Promise<{ stage: Stage; first: Tab; second: Tab }> {
  const stage = new Stage();
  await stage.talking();
  const first = { connection: stage.connection, socket: stage.socket };
  const connection = stage.newConnection();
  connection.start();
  await stage.welcome();
  await stage.answerSync();
  return { stage, first, second: { connection, socket: stage.socket } };
}

Deno.test("Every tab shows what waits, whichever wrote it, and that it no longer does", async () => {
  const { first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "from the first" });
  assert.deepEqual(contents(second.connection), ["from the first"]);
  second.connection.send({ toUserId: 2, content: "from the second" });
  assert.deepEqual(contents(first.connection), ["from the first", "from the second"]);
  first.socket.say(refusal(draft?.id, { code: 404, error: "no_such_user" }));
  assert.equal(second.connection.state.drafts[0]?.status, "failed");
  second.connection.discard(draft?.id ?? "");
  assert.deepEqual(contents(first.connection), ["from the second"]);
});

Deno.test("A tab leaves a message to the tab that wrote it, and sends its own only after it", async () => {
  const { stage, first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  second.connection.send({ toUserId: 2, content: "two" });
  await stage.pass(OTHERS_PATIENCE_MS - 1);
  assert.deepEqual(second.socket.of("private"), []);
  first.socket.say(acknowledgement(draft?.id ?? "", 1));
  assert.deepEqual(second.socket.of("private").map(({ content }) => content), ["two"]);
});

Deno.test("A tab sends what another one wrote once that one gets on no more, with the same id", async () => {
  const { stage, first, second } = await twoTabs();
  const one = first.connection.send({ toUserId: 2, content: "one" });
  const two = first.connection.send({ toUserId: 2, content: "two" });
  await stage.pass(OTHERS_PATIENCE_MS - 1);
  first.socket.say(acknowledgement(one?.id ?? "", 1));
  await stage.pass(OTHERS_PATIENCE_MS - 1);
  assert.deepEqual(second.socket.of("private"), []);
  await stage.pass(1);
  assert.deepEqual(second.socket.of("private").map(({ id }) => id), [two?.id]);
});

Deno.test("A tab goes on showing what another one saw stored until it has the message", async () => {
  const { stage, first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  first.socket.say(acknowledgement(draft?.id ?? "", 1));
  assert.deepEqual(contents(first.connection), []);
  assert.deepEqual(contents(second.connection), ["one"]);
  second.socket.say(message(1, { from: SELF, clientId: draft?.id ?? "" }));
  assert.deepEqual(contents(second.connection), []);
  assert.equal(second.connection.state.chats.get(CONVERSATION)?.timeline.messages.length, 1);

  const lost = first.connection.send({ toUserId: 2, content: "its copy is lost" });
  first.socket.say(acknowledgement(lost?.id ?? "", 2));
  await stage.pass(SETTLED_PATIENCE_MS);
  assert.deepEqual(contents(second.connection), []);
  assert.deepEqual(second.socket.of("private"), [], "what is stored is not sent");
});

Deno.test("A tab that is cut off shows what another one saw stored until it has synced", async () => {
  const { stage, first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  second.socket.drop(1006);
  first.socket.say(acknowledgement(draft?.id ?? "", 1));
  await stage.pass(SETTLED_PATIENCE_MS);
  assert.deepEqual(contents(second.connection), ["one"]);
  await stage.welcome();
  await stage.answerSync();
  assert.deepEqual(contents(second.connection), []);
});

Deno.test("A tab that slept through the news looks again when somebody looks at it", async () => {
  const { stage, first, second } = await twoTabs();
  const old = first.connection.send({ toUserId: 2, content: "old" });
  stage.storage.isHeld = true;
  first.socket.say(acknowledgement(old?.id ?? "", 1));
  first.connection.send({ toUserId: 3, content: "new" });
  assert.deepEqual(contents(second.connection), ["old"]);
  second.connection.wake();
  assert.deepEqual(contents(second.connection), ["old", "new"]);
  second.socket.say(message(1, { from: SELF, clientId: old?.id ?? "" }));
  assert.deepEqual(contents(second.connection), ["new"]);
});

Deno.test("A tab does not send what it was not yet told is stored", async () => {
  const { stage, first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  stage.storage.isHeld = true;
  first.socket.say(acknowledgement(draft?.id ?? "", 1));
  await stage.pass(OTHERS_PATIENCE_MS);
  assert.deepEqual(second.socket.of("private"), []);
});

Deno.test("A tab does not bring back what it sees refused after another one saw it stored", async () => {
  const { stage, first, second } = await twoTabs();
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  await stage.pass(OTHERS_PATIENCE_MS);
  assert.equal(second.socket.last("private").id, draft?.id);
  stage.storage.isHeld = true;
  first.socket.say(acknowledgement(draft?.id ?? "", 1));
  second.socket.say(refusal(draft?.id, { code: 400, error: "bad_request" }));
  assert.deepEqual([...stage.storage.texts], []);
  assert.equal(second.connection.state.drafts[0]?.status, "pending");
});

Deno.test("Signing out in one tab leaves nothing of what waits in any", async () => {
  const { stage, first, second } = await twoTabs();
  second.connection.send({ toUserId: 2, content: "secret" });
  first.connection.writing.set("2", "half a secr");
  await first.connection.forget();
  assert.deepEqual([...stage.storage.texts], []);
  assert.deepEqual(contents(first.connection), []);
  await stage.pass(SETTLED_PATIENCE_MS);
  assert.deepEqual(contents(second.connection), []);
});

Deno.test("A message waits in its tab alone where the storage takes nothing, and goes out all the same", async () => {
  const { stage, first, second } = await twoTabs();
  stage.storage.isFull = true;
  const draft = first.connection.send({ toUserId: 2, content: "one" });
  assert.deepEqual(contents(second.connection), []);
  first.socket.drop(1006);
  await stage.pass(500);
  await stage.welcome();
  assert.equal(stage.socket.last("private").id, draft?.id);
  stage.socket.say(acknowledgement(draft?.id ?? "", 1));
  assert.deepEqual(contents(first.connection), []);
});

Deno.test("Messages written in one moment keep their order over a reload", () => {
  const stage = new Stage();
  const written = Array.from({ length: 30 }, (_, at) => `${at}`);
  for (const content of written) stage.connection.send({ toUserId: 2, content });
  const kept = [...stage.storage.texts].toReversed();
  stage.storage.texts.clear();
  for (const [key, text] of kept) stage.storage.texts.set(key, text);
  assert.deepEqual(contents(stage.newConnection()), written);
});

type Step =
  | { readonly do: "write" | "welcome" | "drop" | "hear"; readonly tab: 0 | 1 }
  | { readonly do: "take"; readonly tab: 0 | 1; readonly fate: Fate }
  | { readonly do: "pass"; readonly ms: number };

const tab = fc.constantFrom<(0 | 1)[]>(0, 1);
const fate = fc.constantFrom<Fate[]>("stored", "stored", "stored, unheard", "lost", "busy");
const take = fc.record({ do: fc.constant("take" as const), tab, fate });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom<("write" | "welcome")[]>("write", "welcome"), tab }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom<("drop" | "hear")[]>("drop", "hear"), tab }) },
  { weight: 4, arbitrary: take },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(100, 1_000, 11_000) }),
  },
);

/** Two tabs, a server, and what happens to them in whatever order. */
class Household {
  readonly server = new StagedServer();
  readonly written: string[] = [];
  readonly #stage = new Stage();
  readonly #tabs = [0, 1].map(() => {
    const sockets: StagedSocket[] = [];
    return { sockets, connection: this.#stage.newConnection({ sockets }) };
  });

  constructor() {
    this.#stage.storage.isHeld = true;
    for (const { connection } of this.#tabs) connection.start();
  }

  async play(what: Step): Promise<void> {
    if (what.do === "pass") return await this.#stage.pass(what.ms);
    const { connection, sockets } = this.#tabs[what.tab] ?? {};
    const socket = sockets?.at(-1);
    assert.ok(connection !== undefined && socket !== undefined);
    if (what.do === "write") await this.#write(connection);
    else if (what.do === "welcome") this.#welcome(connection, socket);
    else if (what.do === "drop" && socket.readyState === 1) socket.drop(1006);
    else if (what.do === "hear") this.#stage.storage.deliver(what.tab + 1);
    else if (what.do === "take") this.server.take(socket, what.fate);
    await settle();
  }

  /** Everything works again, for as long as it takes. */
  async recover(): Promise<void> {
    this.#stage.storage.isHeld = false;
    for (let round = 0; round < 120 && this.left.flat().length > 0; round++) {
      this.#stage.storage.deliver();
      for (const { connection, sockets } of this.#tabs) {
        const socket = sockets.at(-1);
        if (socket === undefined) continue;
        this.#welcome(connection, socket);
        while (this.server.take(socket, "stored")) await settle();
      }
      await this.#stage.pass(1_000);
    }
  }

  /** What each tab still shows as waiting. */
  get left(): readonly (readonly string[])[] {
    return this.#tabs.map(({ connection }) => contents(connection));
  }

  /** Whoever writes in a tab has seen what they wrote before: it is one person. */
  async #write(connection: Connection): Promise<void> {
    this.#stage.storage.deliver();
    await this.#stage.pass(1);
    const content = `${this.written.length}`;
    connection.send({ toUserId: 2, content });
    this.written.push(content);
  }

  #welcome(connection: Connection, socket: StagedSocket): void {
    if (connection.link === "online" || socket.readyState !== 1) return;
    socket.say(welcome());
    socket.say(syncAnswer(socket));
  }
}

Deno.test("Whatever happens to two tabs, each message is stored once, and in the order it was written", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const household = new Household();
      for (const what of steps) await household.play(what);
      await household.recover();
      assert.deepEqual(household.left, [[], []]);
      assert.deepEqual(household.server.stored.map(({ content }) => content), household.written);
    }),
    { numRuns: 200 },
  );
});
