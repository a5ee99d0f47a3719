import assert from "node:assert/strict";
import type { Bus } from "../db/bus.ts";
import { systemClock } from "../db/clock.ts";
import { LocalBus } from "../db/local/bus.ts";
import { directConversation, type Message, type UserId } from "../db/model.ts";
import { Backlog } from "./backlog.ts";
import { Connection } from "./connection.ts";
import { type ChatEvent, userTopic } from "./events.ts";
import { Hub } from "./hub.ts";
import { Relay } from "./relay.ts";
import { instead } from "../tests/support/instead.ts";
import { until } from "../tests/support/until.ts";
import { Traffic } from "./traffic.ts";

const READER: UserId = 1_000_000;

function messageOf(senderId: UserId, seq: number, createdAt: number = 0): Message {
  return {
    conversation: directConversation(senderId, READER),
    seq,
    change: seq,
    messageId: `m${seq}`,
    senderId,
    clientId: null,
    kind: "text",
    content: "x",
    createdAt,
    editedAt: null,
    deletedAt: null,
  };
}

/** A relay with one reader; answers how to publish a message to them, and what reached them. */
async function follow(
  { bus = new LocalBus<ChatEvent>(), stored = [] }: {
    readonly bus?: Bus<ChatEvent>;
    readonly stored?: readonly Message[];
  } = {},
): Promise<
  {
    hub: Hub;
    publish: (senderId: UserId, seq: number) => Message;
    pushed: string[];
    connection: Connection;
    bus: Bus<ChatEvent>;
    relay: Relay;
    join: (id: string, confirms: boolean) => Connection;
  }
> {
  const hub = new Hub(0);
  const pushed: string[] = [];
  const transport = { bufferedAmount: 0, send: (text: string) => void pushed.push(text), close: () => {} };
  const identity = { userId: READER, username: "reader", session: null, language: "en" } as const;
  const end = { buffer: 0, backlog: new Backlog(0), traffic: new Traffic(), openedAt: 0, onClosed: () => {} };
  const join = (id: string, confirms: boolean): Connection => {
    const connection = new Connection({ id, identity, transport, ...end, confirms });
    connection.open([]);
    hub.add(connection);
    return connection;
  };
  const connection = join("c1", true);
  const relay = new Relay({
    bus,
    hub,
    messages: { list: () => Promise.resolve({ messages: [...stored], hasMore: false }) },
    clock: systemClock,
    onHandedOver: () => {},
    onNewConversation: () => {},
    onUserChanged: () => {},
    onPresence: () => {},
  });
  await relay.follow(READER);
  const publish = (senderId: UserId, seq: number): Message => {
    const message = messageOf(senderId, seq);
    bus.publish(userTopic(READER), { type: "message", message, except: null });
    return message;
  };
  return { hub, publish, pushed, connection, bus, relay, join };
}

Deno.test("Relay pushes a message once and in rising seq, however often it is published", async () => {
  const { publish, pushed } = await follow();
  for (const seq of [1, 2, 2, 1, 3, 2, 3]) publish(1, seq);
  assert.deepEqual(pushed.map((text) => JSON.parse(text).data.seq), [1, 2, 3]);
});

Deno.test("Relay forgets the conversation unused for longest, not the one in use", async () => {
  const { publish, pushed } = await follow();
  publish(1, 5);
  for (let sender = 2; sender <= 400; sender++) publish(sender, 1);
  publish(1, 6);
  for (let sender = 401; sender <= 800; sender++) publish(sender, 1);
  const before = pushed.length;
  publish(1, 5);
  assert.equal(pushed.length, before);
});

Deno.test("Relay tells marks behind a running sync, whose answer may be older than they are", async () => {
  const { pushed, connection, bus } = await follow();
  connection.hold();
  bus.publish(userTopic(READER), {
    type: "receipt",
    userId: 1,
    conversationId: `1-${READER}`,
    deliveredSeq: 7,
    readSeq: 7,
    except: [],
    to: "all",
  });
  connection.push("the answer", "answer");
  connection.release();
  assert.deepEqual(pushed.map((text) => text.includes("receipt") ? "receipt" : text), [
    "the answer",
    "receipt",
  ]);
});

Deno.test("Relay.hasHandedOver() is for what went to a device that does not confirm, not for what came before it", async () => {
  const { publish, relay, join } = await follow();
  const before = publish(1, 1);
  const late = join("c2", false);
  publish(1, 1);
  assert.equal(relay.hasHandedOver(before, READER), false);
  const after = publish(1, 2);
  assert.equal(relay.hasHandedOver(after, READER), true);
  assert.equal(relay.hasHandedOver({ ...after, seq: 3 }, READER), false);
  publish(READER, 4);
  assert.equal(relay.hasHandedOver({ ...after, seq: 3 }, READER), false);
  late.confirms = true;
  assert.equal(relay.hasHandedOver(after, READER), false);
});

Deno.test("Relay.synced() says nothing of another device than the one that asked, which may be gone by then", async () => {
  const stored = messageOf(1, 1, systemClock.now());
  const lossy = instead<Bus<ChatEvent>>(new LocalBus<ChatEvent>(), { isShared: true });
  const { hub, publish, pushed, relay, join } = await follow({ bus: lossy, stored: [stored] });
  const asking = join("c2", true);
  hub.remove(asking);
  const view = {
    conversation: stored.conversation,
    firstSeq: 1,
    lastSeq: 1,
    lastChange: 1,
    lastMessage: stored,
    unread: 1,
    deliveredSeq: 0,
    readSeq: 0,
    shownReadSeq: 0,
    peerReadSeq: 0,
    peerDeliveredSeq: 0,
    updatedAt: stored.createdAt,
  };
  relay.synced(asking, [view]);
  publish(1, 2);
  await until("the second message came", () => pushed.length > 0);
  assert.deepEqual(pushed.map((text) => JSON.parse(text).data.seq), [1, 2]);
});
