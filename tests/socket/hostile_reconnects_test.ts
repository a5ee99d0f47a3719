/** Somebody who connects and leaves as fast as they can: others hear little of it, and nothing is left over. */
import assert from "node:assert/strict";
import { openDescriptors } from "../support/descriptors.ts";
import { Memory } from "../support/memory.ts";
import { signUp } from "../support/owner.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { until } from "../support/until.ts";
import { Victim } from "../support/victim.ts";

/** Rounds, and in each how many times so many sockets at a time. */
const ROUNDS = 10;
const TIMES = 10;
const AT_A_TIME = 20;
/** The first rounds warm up; from then to the last the memory may grow by no more than garbage does, in MiB. */
const WARM = 3;
const SLACK_MIB = 48;
/** Frames about one person who was there, gone and there again, however often. */
const MOST_NEWS = 6;

/** Who loops, and the two whom it shall not concern. */
interface World {
  readonly userId: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly victim: Victim;
}

async function inDebug({ url }: RunningServer): Promise<World> {
  const victim = await Victim.start(url);
  return { userId: 66, path: "/ws?user_id=66&username=mallory", headers: {}, victim };
}

async function inRelease(server: RunningServer): Promise<World> {
  const join = async (username: string): Promise<{ client: SocketClient; id: number }> => {
    const { id, token } = await signUp(server, username);
    const client = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
    await client.next("welcome");
    return { client, id };
  };
  const [writer, reader] = [await join("walter_writer"), await join("rita_reader")];
  const { id, token } = await signUp(server, "mallory");
  const victim = new Victim(writer.client, reader.client, reader.id);
  return { userId: id, path: "/ws", headers: { authorization: `Bearer ${token}` }, victim };
}

/** Connects and leaves, once in the middle of the handshake and else after it; whether it was let in. */
async function comeAndGo(url: URL, { path, headers }: World, leavesEarly: boolean): Promise<boolean> {
  await using socket = await RawSocket.connect(url, path, headers);
  if (leavesEarly) return true;
  return (await socket.read()).startsWith("HTTP/1.1 101");
}

for (const [mode, prepare] of [["debug", inDebug], ["release", inRelease]] as const) {
  Deno.test(`${ROUNDS * TIMES * AT_A_TIME} sockets of one user that come and go in ${mode} leave nothing and tell little`, async () => {
    const env = { CHAT_REGISTRATION: "open", CHAT_BCRYPT_COST: "10" };
    await using server = await startServer({ mode, env });
    const world = await prepare(server);
    const memory = await Memory.of(server.pid);
    const descriptors = await openDescriptors(server.pid);
    const sizes: number[] = [];
    let letIn = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let time = 0; time < TIMES; time++) {
        const going = Array.from(
          { length: AT_A_TIME },
          (_, at) => comeAndGo(server.url, world, at % 5 === 0),
        );
        letIn += (await Promise.all(going)).filter((wasLetIn) => wasLetIn).length;
      }
      sizes.push(await memory.now());
      await world.victim.writes(1);
    }
    const news = world.victim.seen.filter(({ type, from_user_id: id }) =>
      type === "user_list" || ((type === "join" || type === "leave") && id === world.userId)
    );
    say(await memory.told(`${letIn} sockets of one user that come and go in ${mode}`, letIn));
    say(
      `after round ${WARM}: ${sizes[WARM - 1]?.toFixed()} MiB, after the last: ${
        sizes.at(-1)?.toFixed()
      } MiB`,
    );
    assert.ok(letIn > ROUNDS * TIMES * AT_A_TIME / 2, `${letIn} were let in`);
    assert.ok(news.length <= MOST_NEWS, `${news.length} frames about them`);
    assert.ok((sizes.at(-1) ?? Infinity) <= (sizes[WARM - 1] ?? 0) + SLACK_MIB, `${sizes} MiB`);
    await until("The descriptors are back", async () => await openDescriptors(server.pid) <= descriptors + 5);
    say(await world.victim.stop());
  });
}
