import assert from "node:assert/strict";
import { FakeClock } from "../tests/support/fake_clock.ts";
import { Backlog, COUNTED_FROM_BYTES } from "./backlog.ts";
import { CLOSE } from "./close.ts";
import { Connection } from "./connection.ts";
import { Lingering } from "./lingering.ts";
import { LINGERING_MS } from "./limits.ts";
import { Traffic } from "./traffic.ts";

/** A socket that tells its close only when it is settled, as the native one does while something waits. */
class StubbornTransport {
  bufferedAmount = 0;
  closedWith: number | null = null;
  #code = 0;

  send(): void {}

  close(code: number): void {
    this.#code = code;
  }

  settle(atOnce: boolean): void {
    if (this.bufferedAmount === 0 || atOnce) this.closedWith = this.#code;
  }
}

interface World {
  readonly lingering: Lingering;
  readonly clock: FakeClock;
  readonly backlog: Backlog;
  connect(waiting: number): { readonly connection: Connection; readonly transport: StubbornTransport };
}

function world(): World {
  const clock = new FakeClock();
  const lingering = new Lingering(clock);
  const backlog = new Backlog(1_000 * COUNTED_FROM_BYTES);
  return {
    lingering,
    clock,
    backlog,
    connect(waiting: number): ReturnType<World["connect"]> {
      const transport = new StubbornTransport();
      const connection = new Connection({
        id: crypto.randomUUID(),
        identity: { userId: 1, username: "ann", session: null, language: "en" },
        transport,
        confirms: false,
        buffer: 0,
        backlog,
        traffic: new Traffic(),
        openedAt: 0,
        onClosed: (one, reason) => reason !== null && lingering.add(one),
      });
      connection.open([]);
      transport.bufferedAmount = waiting;
      return { connection, transport };
    },
  };
}

Deno.test("Lingering counts what waits for closed sockets, and less as they take it", () => {
  const { lingering, connect } = world();
  const { connection, transport } = connect(5_000);
  connect(300).connection.close(CLOSE.replaced);
  connection.close(CLOSE.slow);
  assert.deepEqual([lingering.size, lingering.of(1), lingering.bytes], [2, 2, 5_300]);
  transport.bufferedAmount = 2_000;
  lingering.look();
  assert.equal(lingering.bytes, 2_300);
  assert.equal(transport.closedWith, null);
  transport.bufferedAmount = 0;
  lingering.look();
  assert.equal(transport.closedWith, 4413);
  assert.deepEqual([lingering.size, lingering.bytes], [2, 300], "it has not answered the close yet");
  lingering.gone(connection, true);
  assert.deepEqual([lingering.size, lingering.bytes], [1, 300]);
});

Deno.test("Lingering goes on counting a socket that ended while something waited, for its time", () => {
  const { lingering, clock, connect } = world();
  const { connection, transport } = connect(5_000);
  connection.close(CLOSE.slow);
  lingering.look();
  // The runtime tells nothing of a socket that has ended.
  transport.bufferedAmount = 0;
  lingering.gone(connection, false);
  lingering.look();
  assert.deepEqual([lingering.of(1), lingering.bytes], [1, 5_000]);
  clock.advance(LINGERING_MS);
  lingering.look();
  assert.deepEqual([lingering.of(1), lingering.bytes], [0, 0]);
});

Deno.test("Lingering counts a socket whose other side broke it with something on its way", () => {
  const { lingering, backlog, connect } = world();
  const { connection, transport } = connect(2 * COUNTED_FROM_BYTES);
  connection.push("x", "answer");
  transport.bufferedAmount = 0;
  connection.closed();
  lingering.gone(connection, false);
  assert.deepEqual([lingering.of(1), lingering.bytes], [1, 2 * COUNTED_FROM_BYTES + 1]);
  assert.equal(backlog.bytes, 0);
});

Deno.test("Lingering forgets at once whom nothing waits for, and whom the runtime surely gave back", () => {
  const { lingering, backlog, connect } = world();
  const idle = connect(0).connection;
  idle.closed();
  lingering.gone(idle, false);
  const healthy = connect(2 * COUNTED_FROM_BYTES);
  healthy.connection.push("x", "answer");
  healthy.transport.bufferedAmount = 0;
  backlog.recount();
  healthy.connection.closed();
  lingering.gone(healthy.connection, false);
  const reset = connect(5_000).connection;
  reset.close(CLOSE.slow);
  lingering.gone(reset, true);
  lingering.gone(reset, true);
  assert.deepEqual([lingering.size, lingering.bytes], [0, 0]);
});

Deno.test("Lingering.settle() tells everybody of the close at once", () => {
  const { lingering, connect } = world();
  const { connection, transport } = connect(5_000);
  connection.close(CLOSE.slow);
  lingering.settle();
  assert.equal(transport.closedWith, 4413);
});
