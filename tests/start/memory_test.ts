/** Memory that is nearly used up: nobody more is let in, those who are there are served, and it ends by itself. */
import assert from "node:assert/strict";
import { readFigures } from "../support/figures.ts";
import { Memory } from "../support/memory.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer, TRANSPORT } from "../support/server.ts";
import { statusOf } from "../support/status.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

/** More than are let in whatever the memory is. */
const IDLE = 150;
/** Of those at most three quarters are let in when others left. */
const LEAVE = 60;
const MIB = 1_048_576;
/** Between what the program has at rest and the mark, in MiB. */
const ROOM_MIB = 60;
/** What fills it, in MiB. */
const FILL_MIB = 120;

/** What the program has when a few are connected, in MiB. */
async function atRest(): Promise<number> {
  await using server = await startServer({ env: { CHAT_LIMIT_CONNECTIONS: "0" } });
  await using idle = new AsyncDisposableStack();
  for (let n = 0; n < IDLE; n++) idle.use(await connected(server));
  const victim = await Victim.start(server.url);
  await victim.writes(20);
  await victim.stop();
  return await (await Memory.of(server.pid)).now();
}

function connected(server: RunningServer): Promise<RawSocket> {
  return RawSocket.upgrade(server.url, "/ws?user_id=1&username=idle");
}

/** The first line of the answer to a handshake, and its Retry-After. */
async function knock(server: RunningServer): Promise<readonly [status: number, retryAfter: string | null]> {
  await using socket = await RawSocket.connect(server.url, "/ws?user_id=1&username=late");
  const answer = await socket.read();
  return [
    Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]),
    /^retry-after: (\d+)/im.exec(answer)?.[1] ?? null,
  ];
}

/** Begins a message that does not end: the runtime takes it in, and gives it back when its sender goes. */
async function fill(socket: RawSocket): Promise<void> {
  const piece = new Uint8Array(MIB);
  await socket.frame(OPCODE.text, piece, false);
  for (let n = 1; n < FILL_MIB; n++) await socket.frame(OPCODE.continuation, piece, false);
}

// What fills it here is refused by the hardened transport.
const FILLED = { ignore: TRANSPORT === "hardened" };
Deno.test(
  "CHAT_LIMIT_MEMORY: nobody more is let in while it is nearly used up, and those who are there stay",
  FILLED,
  async () => {
    const rest = await atRest();
    const limit = Math.round((rest + ROOM_MIB) / 0.85);
    await using server = await startServer({
      env: { CHAT_LIMIT_CONNECTIONS: "0", CHAT_LIMIT_MEMORY: String(limit) },
    });
    const victim = await Victim.start(server.url);
    await using owned = new AsyncDisposableStack();
    const idle: RawSocket[] = [];
    for (let n = 0; n < IDLE; n++) idle.push(owned.use(await connected(server)));
    const filler = owned.use(await connected(server));
    const isHigh = async (): Promise<boolean> => (await readFigures(server.url)).get("memory_high") === 1;
    assert.equal(await isHigh(), false);

    await fill(filler);
    await until("It is high", isHigh);
    await server.waitForLog("Memory is nearly used up");
    const [status, retryAfter] = await knock(server);
    assert.equal(status, 503);
    assert.ok(Number(retryAfter) > 0, `Retry-After: ${retryAfter}`);
    await victim.writes(10);
    assert.equal(await statusOf(new URL("/readyz", server.url)), 200);
    say(`at rest ${rest.toFixed()} MiB, limit ${limit} MiB, high: ${victim.lap()}`);

    for (const socket of idle.splice(0, LEAVE)) await socket[Symbol.asyncDispose]();
    await until("Somebody may come for those who left", async () => (await knock(server))[0] === 101);
    assert.equal(await isHigh(), true);

    await filler[Symbol.asyncDispose]();
    await until("It is no longer high", async () => !await isHigh(), 60_000);
    await server.waitForLog("There is memory again");
    for (let n = 0; n < LEAVE; n++) owned.use(await connected(server));
    say(await victim.stop());
    assert.equal(await server.stop(), 0);
  },
);
