import assert from "node:assert/strict";
import { Backlog } from "./backlog.ts";
import { Connection } from "./connection.ts";
import { Hub } from "./hub.ts";
import { Traffic } from "./traffic.ts";

function connect(
  hub: Hub,
  userId: number,
  id: string,
  confirms = false,
): { connection: Connection; sent: string[] } {
  const sent: string[] = [];
  const transport = { bufferedAmount: 0, send: (text: string) => void sent.push(text), close: () => {} };
  const identity = { userId, username: "ann", session: null, language: "en" } as const;
  const onClosed = (connection: Connection): void => void hub.remove(connection);
  const bounds = { buffer: 0, backlog: new Backlog(0), traffic: new Traffic() };
  const connection = new Connection({ id, identity, transport, ...bounds, confirms, openedAt: 0, onClosed });
  connection.open([]);
  return { connection, sent };
}

Deno.test("Hub.add() tells the first connection of a user from the next", () => {
  const hub = new Hub(10);
  assert.equal(hub.add(connect(hub, 1, "a").connection), true);
  assert.equal(hub.add(connect(hub, 1, "b").connection), false);
  assert.equal(hub.size, 2);
  assert.equal(hub.users, 1);
});

Deno.test("Hub.remove() tells the last connection of a user, and is idempotent", () => {
  const hub = new Hub(10);
  const one = connect(hub, 1, "a").connection;
  const other = connect(hub, 1, "b").connection;
  hub.add(one);
  hub.add(other);
  assert.deepEqual([hub.remove(one), hub.remove(one), hub.remove(other), hub.remove(other)], [
    false,
    false,
    true,
    false,
  ]);
  assert.equal(hub.size, 0);
});

Deno.test("Hub.add() closes the oldest connection of a user who has too many", () => {
  const hub = new Hub(2);
  const oldest = connect(hub, 1, "a");
  for (const one of [oldest, connect(hub, 1, "b"), connect(hub, 1, "c")]) hub.add(one.connection);
  assert.equal(oldest.connection.isClosed, true);
  assert.deepEqual(hub.of(1).map((one) => one.id), ["b", "c"]);
});

Deno.test("Hub.deliver() reaches every device of the user but the excepted, and nobody else", () => {
  const hub = new Hub(10);
  const [phone, desk, other] = [connect(hub, 1, "phone"), connect(hub, 1, "desk"), connect(hub, 2, "other")];
  for (const one of [phone, desk, other]) hub.add(one.connection);
  assert.equal(hub.deliver(1, "message", () => "hello", { except: ["desk"] }), 1);
  assert.deepEqual([phone.sent, desk.sent, other.sent], [["hello"], [], []]);
});

Deno.test("Hub.deliver() encodes once for many, and not at all for none", () => {
  const hub = new Hub(10);
  for (const id of ["a", "b"]) hub.add(connect(hub, 1, id).connection);
  let encoded = 0;
  const encode = (): string => `${++encoded}`;
  assert.equal(hub.deliver(1, "message", encode), 2);
  assert.equal(hub.deliver(1, "message", encode, { except: ["a", "b"] }), 0);
  assert.equal(hub.deliver(2, "message", encode), 0);
  assert.equal(encoded, 1);
});

Deno.test("Hub.takesDelivery() is true only for a live device that does not confirm itself", () => {
  const hub = new Hub(10);
  const confirming = connect(hub, 1, "a", true);
  hub.add(confirming.connection);
  assert.equal(hub.takesDelivery(1), false);
  const plain = connect(hub, 1, "b");
  hub.add(plain.connection);
  assert.equal(hub.takesDelivery(1), true);
  plain.connection.closed();
  assert.equal(hub.takesDelivery(1), false);
});

Deno.test("Hub leaves the bound to a headcount, tells it who comes and goes, and closes whom it names", () => {
  const told: string[] = [];
  const hub = new Hub(1, {
    came: (userId, id) => void told.push(`+${userId}${id}`),
    left: (userId, id) => void told.push(`-${userId}${id}`),
  });
  const [one, other] = [connect(hub, 1, "a").connection, connect(hub, 1, "b").connection];
  hub.add(one);
  hub.add(one);
  hub.add(other);
  assert.equal(hub.size, 2);
  hub.replace(1, "unknown");
  hub.replace(1, "a");
  assert.deepEqual([one.isClosed, other.isClosed], [true, false]);
  hub.remove(one);
  assert.deepEqual(told, ["+1a", "+1b", "-1a"]);
});
