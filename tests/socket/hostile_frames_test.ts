/** Frames as large, as small and as many as the runtime takes them: what each sender costs, and that others go on. */
import assert from "node:assert/strict";
import { Memory } from "../support/memory.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer, TRANSPORT } from "../support/server.ts";
import { Victim } from "../support/victim.ts";

const MEBIBYTE = 1_048_576;
const PIECE = new Uint8Array(MEBIBYTE).fill(0x61);
/**
 * What the runtime takes of one message at the most, as a multiple: as it grows, whole, and as the text that it makes
 * of it.
 */
const COPIES = 3;
/** Rounds whose garbage may stand at once: when it is collected is the runtime's choice. A leak would keep all of them. */
const KEPT_ROUNDS = 3;
const ROUNDS = 16;
const SLACK_MIB = 96;

function connect({ url }: RunningServer, userId = 66): Promise<RawSocket> {
  return RawSocket.upgrade(url, `/ws?user_id=${userId}&username=mallory`);
}

/** Sends one message of `size` MiB, as one frame or in pieces; resolves with how the socket was closed. */
async function sendWhole(socket: RawSocket, size: number, isOneFrame: boolean): Promise<number> {
  const write = async (): Promise<void> => {
    if (isOneFrame) await socket.announce(OPCODE.text, size * MEBIBYTE);
    for (let sent = 0; sent < size; sent++) {
      const opcode = sent === 0 ? OPCODE.text : OPCODE.continuation;
      if (!isOneFrame) await socket.announce(opcode, MEBIBYTE, sent === size - 1);
      await socket.write(PIECE);
    }
  };
  // The hardened transport closes at the head, and does not take the rest.
  const writing = write().catch(() => {});
  const code = await socket.closeCode();
  if (TRANSPORT === "native") await writing;
  return code;
}

const MESSAGES: readonly (readonly [what: string, sockets: number, size: number, isOneFrame: boolean])[] = [
  ["one frame of 60 MiB", 1, 60, true],
  ["ten frames of 16 MiB at once", 10, 16, true],
  ["64 MiB in fragments", 1, 64, false],
];

for (const [what, count, size, isOneFrame] of MESSAGES) {
  Deno.test(`${what}: closed 1009, and others go on meanwhile`, async () => {
    await using server = await startServer();
    const victim = await Victim.start(server.url);
    const memory = await Memory.of(server.pid);
    for (let round = 0; round < ROUNDS; round++) {
      await using sockets = new AsyncDisposableStack();
      const closing = Array.from({ length: count }, async (_, at) => {
        return await sendWhole(sockets.use(await connect(server, 100 + at)), size, isOneFrame);
      });
      assert.deepEqual(await Promise.all(closing), Array(count).fill(1009));
      await victim.writes(2);
    }
    say(await memory.told(`${what}, ${ROUNDS} times`, count));
    say(await victim.stop());
    const peak = await memory.peak();
    assert.ok(peak <= memory.before + SLACK_MIB + KEPT_ROUNDS * count * size * COPIES, `${peak} MiB`);
  });
}

Deno.test("a frame beyond what the transport takes ends its socket before it came", async () => {
  await using server = await startServer();
  const memory = await Memory.of(server.pid);
  await using socket = await connect(server);
  await socket.announce(OPCODE.text, 65 * MEBIBYTE);
  assert.equal(await socket.closeCode(), TRANSPORT === "native" ? 1006 : 1009);
  assert.ok(await memory.peak() <= memory.before + 32);
});

Deno.test("100 frames of 60 MiB that are announced and do not come cost next to nothing", async () => {
  await using server = await startServer();
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  await using sockets = new AsyncDisposableStack();
  for (let n = 0; n < 100; n++) {
    const socket = sockets.use(await connect(server, 100 + n));
    await socket.announce(OPCODE.text, 60 * MEBIBYTE);
    await socket.write("{");
  }
  await victim.writes(3);
  say(await memory.told("100 announced frames of 60 MiB", 100));
  say(await victim.stop());
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
});

// The hardened transport refuses it: tests/socket/hostile_cut_test.ts.
const ENDLESS = { ignore: TRANSPORT === "hardened" };
Deno.test(
  "a message without end is kept while it comes, and given back when its sender goes",
  ENDLESS,
  async () => {
    await using server = await startServer();
    const victim = await Victim.start(server.url);
    const memory = await Memory.of(server.pid);
    const peaks: number[] = [];
    for (let round = 0; round < 3; round++) {
      await using socket = await connect(server);
      for (let sent = 0; sent < 64; sent++) {
        await socket.announce(sent === 0 ? OPCODE.text : OPCODE.continuation, MEBIBYTE, false);
        await socket.write(PIECE);
      }
      await victim.writes(2);
      peaks.push(await memory.peak());
    }
    say(await memory.told("64 MiB of a message without end, three times", 1));
    say(await victim.stop());
    const [first = 0, , third = Infinity] = peaks;
    assert.ok(first <= memory.before + SLACK_MIB + 64 * COPIES, `${first} MiB`);
    assert.ok(third <= first + SLACK_MIB + 64, `What was given back is used again: ${peaks} MiB`);
  },
);

Deno.test("a message in 100 000 fragments of one byte is one message, or refused by the hardened transport", async () => {
  await using server = await startServer();
  const victim = await Victim.start(server.url);
  const memory = await Memory.of(server.pid);
  await using socket = await connect(server);
  await socket.frame(OPCODE.text, '{"type":"heartbeat","id":"small","content":"', false);
  const one = [OPCODE.continuation, 0x81, 0, 0, 0, 0, 0x61];
  const many = new Uint8Array(Array.from({ length: 10_000 }, () => one).flat());
  for (let n = 0; n < 10; n++) await socket.write(many).catch(() => {});
  if (TRANSPORT === "hardened") {
    assert.equal(await socket.closeCode(), 1008);
    say(await victim.stop());
    return assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
  }
  // Control frames may come between the fragments (RFC 6455 §5.4).
  await socket.frame(OPCODE.ping, "between");
  await socket.frame(OPCODE.continuation, '"}');
  const seen: string[] = [];
  for await (const { opcode, payload } of socket.frames()) {
    const text = new TextDecoder().decode(payload);
    if (opcode === OPCODE.pong) seen.push(text);
    if (text.includes('"content":"pong"')) {
      assert.equal(JSON.parse(text).id, "small");
      break;
    }
  }
  assert.deepEqual(seen, ["between"]);
  say(await memory.told("100 000 fragments of one byte", 1));
  say(await victim.stop());
  assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
});

for (const name of ["ping", "pong"] as const) {
  Deno.test(`100 000 ${name}s from somebody who reads nothing fill nothing here`, async () => {
    await using server = await startServer();
    const victim = await Victim.start(server.url);
    const memory = await Memory.of(server.pid);
    await using socket = await connect(server);
    const one = [0x80 | OPCODE[name], 0x80 | 125, 0, 0, 0, 0, ...Array(125).fill(0x61)];
    const many = new Uint8Array(Array.from({ length: 1_000 }, () => one).flat());
    let sent = 0;
    const writing = (async (): Promise<void> => {
      while (sent < 100) {
        await socket.write(many);
        sent++;
      }
    })().catch(() => {});
    // Pongs are all taken. The answers to pings are not, and once they fill the connection nothing more is read.
    for (let before = -1; before < sent && sent < 100; await victim.writes(5)) before = sent;
    say(await memory.told(`${sent} 000 ${name}s`, 1));
    say(await victim.stop());
    assert.ok(await memory.peak() <= memory.before + SLACK_MIB);
    await socket[Symbol.asyncDispose]();
    await writing;
  });
}
