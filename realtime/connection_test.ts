import assert from "node:assert/strict";
import { Backlog, COUNTED_FROM_BYTES } from "./backlog.ts";
import { CLOSE, type CloseReason } from "./close.ts";
import { Connection } from "./connection.ts";
import { Traffic } from "./traffic.ts";

class FakeTransport {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number): void {
    this.closedWith = code;
  }
}

function connect(
  buffer = 100,
  backlog = new Backlog(0),
): { connection: Connection; transport: FakeTransport; ends: (CloseReason | null)[] } {
  const transport = new FakeTransport();
  const ends: (CloseReason | null)[] = [];
  const identity = { userId: 1, username: "ann", session: null, language: "en" } as const;
  const onClosed = (_: Connection, reason: CloseReason | null): void => void ends.push(reason);
  const connection = new Connection({
    id: "c1",
    identity,
    transport,
    buffer,
    backlog,
    traffic: new Traffic(),
    confirms: false,
    openedAt: 0,
    onClosed,
  });
  return { connection, transport, ends };
}

Deno.test("Connection.open() sends its frames first, then the messages that waited, and never a hint", () => {
  const { connection, transport } = connect();
  connection.push("m1", "message");
  connection.push("h1", "hint");
  connection.push("m2", "message");
  assert.deepEqual(transport.sent, []);
  connection.open(["welcome", "list"]);
  assert.deepEqual(transport.sent, ["welcome", "list", "m1", "m2"]);
});

Deno.test("Connection.hold() keeps messages in order behind an answer", () => {
  const { connection, transport } = connect();
  connection.open([]);
  connection.hold();
  connection.push("m1", "message");
  connection.push("answer", "answer");
  connection.release();
  connection.push("m2", "message");
  assert.deepEqual(transport.sent, ["answer", "m1", "m2"]);
});

Deno.test("Connection.push() drops hints for a slow reader and closes it at a message", () => {
  const { connection, transport, ends } = connect(100);
  connection.open([]);
  transport.bufferedAmount = 95;
  assert.equal(connection.push("x".repeat(10), "hint"), false);
  assert.equal(transport.closedWith, null);
  assert.equal(connection.push("x".repeat(10), "message"), false);
  assert.equal(transport.closedWith, 4413);
  assert.deepEqual(ends, [CLOSE.slow]);
});

Deno.test("Connection.push() counts UTF-8 bytes against the bound", () => {
  const { connection, transport } = connect(100);
  connection.open([]);
  transport.bufferedAmount = 80;
  assert.equal(connection.push("聊".repeat(6), "message"), true);
  assert.equal(connection.push("聊".repeat(7), "message"), false);
});

Deno.test("Connection.push() closes a reader for whom too much is held", () => {
  const { connection, transport } = connect(100);
  for (let n = 0; n < 12; n++) connection.push("x".repeat(10), "message");
  assert.equal(transport.closedWith, 4413);
});

Deno.test("Connection.push() keeps everything when the bound is 0", () => {
  const { connection, transport } = connect(0);
  connection.open([]);
  transport.bufferedAmount = 1e9;
  assert.equal(connection.push("m", "message"), true);
});

Deno.test("Connection ends once, however often it is told", () => {
  const { connection, transport, ends } = connect();
  connection.open([]);
  connection.close(CLOSE.restart);
  connection.close(CLOSE.slow);
  connection.closed();
  connection.closed();
  assert.deepEqual(ends, [CLOSE.restart]);
  assert.equal(transport.closedWith, 1012);
  assert.equal(connection.push("late", "answer"), false);
  assert.deepEqual(transport.sent, []);
});

Deno.test("Connection.push() and hold() count what waits, until the connection ends", () => {
  const backlog = new Backlog(100 * COUNTED_FROM_BYTES);
  const { connection, transport } = connect(10 * COUNTED_FROM_BYTES, backlog);
  connection.open([]);
  connection.push("x".repeat(100), "message");
  assert.equal(backlog.bytes, 0, "a healthy reader is not counted");
  transport.bufferedAmount = COUNTED_FROM_BYTES;
  connection.push("x".repeat(100), "message");
  assert.equal(backlog.bytes, COUNTED_FROM_BYTES + 100);
  connection.hold();
  connection.push("x".repeat(2 * COUNTED_FROM_BYTES), "message");
  assert.equal(backlog.bytes, 3 * COUNTED_FROM_BYTES);
  assert.equal(connection.waiting, 3 * COUNTED_FROM_BYTES);
  connection.closed();
  assert.equal(backlog.bytes, 0);
});

Deno.test("Connection closes 4413 when it is the slowest and too much waits for all together", () => {
  const backlog = new Backlog(4 * COUNTED_FROM_BYTES);
  const slow = connect(0, backlog);
  const other = connect(0, backlog);
  slow.transport.bufferedAmount = 3 * COUNTED_FROM_BYTES;
  other.transport.bufferedAmount = 2 * COUNTED_FROM_BYTES;
  for (const { connection } of [slow, other]) {
    connection.open([]);
    connection.push("m", "message");
  }
  assert.deepEqual([slow.transport.closedWith, other.transport.closedWith], [4413, null]);
});

/** Hands over frames that the transport keeps. */
function queue(connection: Connection, transport: FakeTransport, count: number, length: number): void {
  for (let n = 0; n < count; n++) {
    connection.push("x".repeat(length), "message");
    transport.bufferedAmount += length;
  }
}

Deno.test("Connection.isCrowded() knows whom so many small frames wait for that keeping them takes more than the bound", () => {
  const { connection, transport } = connect(1_048_576);
  connection.open([]);
  queue(connection, transport, 700, 300);
  assert.deepEqual([connection.isCrowded(), connection.isCrowded()], [false, false]);
  queue(connection, transport, 200, 300);
  assert.deepEqual([connection.isCrowded(), connection.isCrowded()], [false, true], "at two looks in a row");
  assert.equal(transport.closedWith, null);
  connection.close(CLOSE.slow);
  assert.equal(connection.left, 900 * (300 + 1_024));
});

Deno.test("Connection.isCrowded() minds no burst that goes out between two looks", () => {
  const { connection, transport } = connect(1_048_576);
  connection.open([]);
  for (let look = 0; look < 3; look++) {
    queue(connection, transport, 2_000, 300);
    assert.equal(connection.isCrowded(), false);
    transport.bufferedAmount = 0;
  }
});

Deno.test("Connection.isCrowded() counts what is left of the frames, not all that were ever sent", () => {
  const { connection, transport } = connect(1_048_576);
  connection.open([]);
  queue(connection, transport, 3_000, 300);
  transport.bufferedAmount = 60_000;
  assert.deepEqual([connection.isCrowded(), connection.isCrowded()], [false, false]);
});

Deno.test("Connection.isCrowded() minds nothing where there is no bound", () => {
  const { connection, transport } = connect(0);
  connection.open([]);
  queue(connection, transport, 10_000, 300);
  assert.deepEqual([connection.isCrowded(), connection.isCrowded()], [false, false]);
});
