/** Two programs that write to the same conversations at once, on each store they may share. */
import assert from "node:assert/strict";
import { z } from "zod";
import { shareMariadb } from "../../support/mariadb.ts";
import { say } from "../../support/say.ts";
import { type AnyFrame, SocketClient } from "../../support/socket_client.ts";
import { type Started, startServers } from "./started.ts";

await shareMariadb();

const [ANN, BOB] = [1, 2];
const MESSAGES = 60;

const History = z.object({
  messages: z.array(z.object({ content: z.string(), data: z.object({ seq: z.number() }) })),
});

/** Sends them all at once, and answers what each is answered. */
function sendAll(client: SocketClient, ids: readonly string[]): Promise<readonly AnyFrame[]> {
  return Promise.all(
    ids.map((id) => client.ask({ type: "private", id, "to_user_id": BOB, content: `text of ${id}` })),
  );
}

/** Where a message is, by what its sender is told. */
function placeOf({ type, data }: AnyFrame): readonly unknown[] {
  assert.equal(type, "read", JSON.stringify(data));
  return [data?.["message_id"], data?.["conversation_id"], data?.["seq"]];
}

async function writeAtOnce(started: Started, what: string): Promise<void> {
  await using here = await SocketClient.as(started.server(0).url, ANN);
  await using there = await SocketClient.as(started.server(1).url, ANN);
  const same = Array.from({ length: MESSAGES }, (_, n) => `same ${n}`);
  const own = (where: string): readonly string[] =>
    Array.from({ length: MESSAGES }, (_, n) => `${where} ${n}`);
  const [one, other] = await Promise.all([
    sendAll(here, [...same, ...own("here")]),
    // In another order, so that each of them is first with some.
    sendAll(there, [...own("there"), ...same.toReversed()]),
  ]);
  const twice = other.slice(MESSAGES).toReversed();
  assert.deepEqual(one.slice(0, MESSAGES).map(placeOf), twice.map(placeOf), "one message, two equal answers");
  const { messages } = History.parse(
    (await here.ask({ type: "history", "to_user_id": BOB, data: { "after_seq": 0, limit: 100 } })).data,
  );
  const rest = History.parse(
    (await there.ask({ type: "history", "to_user_id": BOB, data: { "after_seq": 100, limit: 100 } })).data,
  );
  const stored = [...messages, ...rest.messages];
  const seqs = stored.map(({ data }) => data.seq);
  assert.deepEqual(seqs, Array.from({ length: 3 * MESSAGES }, (_, at) => at + 1), "no seq is missing");
  const acknowledged = new Set([...one, ...other].map((frame) => placeOf(frame)[2]));
  const doubled = stored.length - new Set(stored.map(({ content }) => content)).size;
  const lost = seqs.filter((seq) => !acknowledged.has(seq)).length;
  say(`${what}: ${acknowledged.size} acknowledged, ${lost} lost, ${doubled} doubled, 0 reordered`);
  assert.deepEqual([acknowledged.size, lost, doubled], [3 * MESSAGES, 0, 0]);
}

for (const mongodb of [false, true]) {
  const what = `two programs at once, messages in ${mongodb ? "MongoDB" : "MySQL"}`;
  Deno.test(`${what}: dense seqs, and one message for each client id`, async () => {
    await using started = await startServers(2, { mongodb });
    await writeAtOnce(started, what);
  });
}
