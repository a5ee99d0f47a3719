import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { EndOfTurn, JoinedFrames } from "./joined.ts";

class FakeTransport {
  bufferedAmount = 0;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number): void {
    this.sent.push(`close ${code}`);
  }
}

function join(): { frames: JoinedFrames; transport: FakeTransport } {
  const transport = new FakeTransport();
  return { frames: new JoinedFrames(transport, new EndOfTurn()), transport };
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

Deno.test("JoinedFrames hands over the frames of a turn as one array, and a single one as it is", async () => {
  const { frames, transport } = join();
  frames.send('{"n":1}');
  await Promise.resolve();
  frames.send('{"n":2}');
  assert.deepEqual(transport.sent, []);
  assert.equal(frames.bufferedAmount, 14);
  await endOfTurn();
  frames.send('{"n":3}');
  await endOfTurn();
  assert.deepEqual(transport.sent, ['[{"n":1},{"n":2}]', '{"n":3}']);
  assert.equal(frames.bufferedAmount, 0);
});

Deno.test("JoinedFrames hands over what waits before a close, and nothing after it", async () => {
  const { frames, transport } = join();
  frames.send('{"n":1}');
  frames.close(1012, "restart");
  await endOfTurn();
  assert.deepEqual(transport.sent, ['{"n":1}', "close 1012"]);
});

Deno.test("JoinedFrames does not keep what is long", () => {
  const { frames, transport } = join();
  const long = `"${"x".repeat(40_000)}"`;
  frames.send(long);
  frames.send(long);
  assert.deepEqual(transport.sent, [`[${long},${long}]`]);
});

Deno.test("EndOfTurn runs all jobs, whatever one of them throws", async () => {
  const turn = new EndOfTurn();
  const ran: string[] = [];
  turn.run(() => void ran.push("first"));
  turn.run(() => {
    throw new Error("a socket that is gone");
  });
  turn.run(() => void ran.push("last"));
  await endOfTurn();
  assert.deepEqual(ran, ["first", "last"]);
});
