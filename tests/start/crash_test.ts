import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { type RunningServer, startServer } from "../support/server.ts";
import { AnyFrame } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Kills on one data directory. */
const ROUNDS = 12;
/** Each is the sender of one conversation with the same person, and of one with the next sender. */
const SENDERS = [11, 12, 13, 14, 15];
const HUB = 1;
/** Messages of one sender that wait for their acknowledgement at a time. */
const IN_FLIGHT = 20;

const Acknowledgement = z.object({
  original_message_id: z.string(),
  message_id: z.string(),
  conversation_id: z.string(),
  seq: z.number(),
  status: z.enum(["stored", "delivered"]),
});
type Acknowledgement = z.infer<typeof Acknowledgement>;

const Page = z.object({
  data: z.object({
    messages: z.array(
      z.object({
        id: z.string(),
        from_user_id: z.number(),
        content: z.string(),
        data: z.object({ seq: z.number() }),
      }).transform((message) => ({ ...message, clientId: message.content.replace("text of ", "") })),
    ),
    has_more: z.boolean(),
  }),
});
type Stored = z.infer<typeof Page>["data"]["messages"][number];

/** What one sender sent and was told, over all rounds. */
class Sender {
  readonly userId: number;
  readonly acknowledged: Acknowledgement[] = [];
  /** Sent, and never answered: to be sent again under the same id. */
  readonly #waiting = new Map<string, number>();
  #count = 0;

  constructor(userId: number) {
    this.userId = userId;
  }

  /** Sends as fast as it is answered, until the server dies. */
  run(server: RunningServer, onAcknowledged: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const url = new URL(server.socketUrl);
    url.searchParams.set("user_id", String(this.userId));
    url.searchParams.set("username", `sender${this.userId}`);
    const socket = new WebSocket(url);
    socket.onclose = () => resolve();
    socket.onerror = (event) => event.preventDefault();
    socket.onmessage = (event) => {
      const frame = AnyFrame.parse(JSON.parse(String(event.data)));
      if (frame.type === "error") return reject(new Error(`Refused: ${event.data}`));
      if (frame.type === "welcome") { for (const [id, to] of this.#waiting) this.#send(socket, id, to); }
      if (frame.type === "read") {
        const answer = Acknowledgement.parse(frame.data);
        this.#waiting.delete(answer.original_message_id);
        this.acknowledged.push(answer);
        onAcknowledged();
      }
      if (frame.type === "welcome" || frame.type === "read") this.#refill(socket);
    };
    return promise;
  }

  #refill(socket: WebSocket): void {
    const next = SENDERS[(SENDERS.indexOf(this.userId) + 1) % SENDERS.length] ?? HUB;
    while (this.#waiting.size < IN_FLIGHT && socket.readyState === WebSocket.OPEN) {
      const id = `${this.userId}:${this.#count++}`;
      const to = this.#count % 2 === 0 ? HUB : next;
      this.#waiting.set(id, to);
      this.#send(socket, id, to);
    }
  }

  #send(socket: WebSocket, id: string, to: number): void {
    socket.send(JSON.stringify({ type: "private", id, to_user_id: to, content: `text of ${id}` }));
  }
}

/** Lets everybody send, and kills the server at a random moment after some were answered. */
async function killUnderLoad(dataDir: string, senders: readonly Sender[], isolates: number): Promise<void> {
  await using server = await startServer({
    dataDir,
    env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0", CHAT_WORKERS: `${isolates}` },
  });
  const enough = Promise.withResolvers<void>();
  let left = 100 + Math.floor(Math.random() * 400);
  const runs = senders.map((sender) => sender.run(server, () => --left === 0 && enough.resolve()));
  await Promise.race([enough.promise, ...runs]);
  // Chance, not a fact, decides where in a commit it hits.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
  await server.kill();
  await Promise.all(runs);
}

async function readConversation(server: RunningServer, id: string): Promise<Stored[]> {
  const stored: Stored[] = [];
  const [reader] = id.split("-");
  while (true) {
    const path =
      `/api/v1/conversations/${id}/messages?user_id=${reader}&after_seq=${stored.length}&limit=100`;
    const { data } = Page.parse(await (await fetch(new URL(path, server.url))).json());
    stored.push(...data.messages);
    if (!data.has_more) return stored;
  }
}

/** Every acknowledged message once, under what was told; seqs dense; each sender's own in the order sent. */
function holds(stored: readonly Stored[], acknowledged: readonly Acknowledgement[]): void {
  assert.deepEqual(stored.map(({ data }) => data.seq), stored.map((_, index) => index + 1));
  const byClientId = new Map(stored.map((message) => [message.clientId, message]));
  assert.equal(byClientId.size, stored.length, "Something was stored twice");
  assert.equal(new Set(stored.map(({ id }) => id)).size, stored.length);
  for (const answer of acknowledged) {
    const message = byClientId.get(answer.original_message_id);
    assert.ok(message !== undefined, `${answer.original_message_id} was acknowledged and is gone`);
    assert.equal(message.id, answer.message_id);
    assert.equal(message.data.seq, answer.seq);
  }
  for (const sender of SENDERS) {
    const own = stored.filter((message) => message.from_user_id === sender);
    const numbers = own.map(({ clientId }) => Number(clientId.split(":")[1]));
    assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other), `The order of ${sender}`);
  }
}

for (const [isolates, rounds] of [[1, ROUNDS], [2, ROUNDS / 2]] as const) {
  const by = isolates === 1 ? "" : ` of ${isolates} isolates`;
  Deno.test(`what was acknowledged outlives ${rounds} kills under load${by}, once and in order`, async () => {
    await using directory = await TemporaryDirectory.make();
    const senders = SENDERS.map((userId) => new Sender(userId));
    for (let round = 0; round < rounds; round++) await killUnderLoad(directory.path, senders, isolates);

    const acknowledged = Map.groupBy(
      senders.flatMap((sender) => sender.acknowledged),
      (one) => one.conversation_id,
    );
    assert.equal(acknowledged.size, SENDERS.length * 2);
    {
      await using server = await startServer({ dataDir: directory.path });
      for (const [id, answers] of acknowledged) holds(await readConversation(server, id), answers);
      assert.equal(await server.stop(), 0);
    }
    const database = new DatabaseSync(directory.at("chat.db"));
    assert.deepEqual({ ...database.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" });
    database.close();
  });
}
