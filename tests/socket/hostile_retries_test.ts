/** One message sent again and again, from everywhere at once, while the server dies and comes back: there is one. */
import assert from "node:assert/strict";
import { z } from "zod";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const SENDER = 1;
const RECIPIENT = 2;
const SOCKETS = 10;
/** Of each socket; and as many requests as sockets beside them. */
const RETRIES = 5;
/** The acknowledgements after which the server is killed; 0: at once after everything was sent. */
const KILLED_AFTER = [0, 1, 7, 40];

/** What every retry must be told alike, whichever way it came. */
const Told = z.object({ message_id: z.string(), conversation_id: z.string(), seq: z.number() });
type Told = z.infer<typeof Told>;
const Posted = z.object({ data: Told.extend({ duplicate: z.boolean() }) });
const Page = z.object({
  data: z.object({ messages: z.array(z.object({ id: z.string(), content: z.string() })) }),
});

/** One round of retries; what was told is kept, also of a server that died. */
class Storm implements AsyncDisposable {
  readonly told: Told[] = [];
  /** How many of the requests were told that they stored it. */
  firsts = 0;
  /** Settles when all requests were answered or broke. */
  done: Promise<void> = Promise.resolve();
  readonly #server: RunningServer;
  readonly #id: string;
  readonly #sockets: SocketClient[] = [];
  readonly #first = Promise.withResolvers<void>();
  readonly #wanted: number;

  private constructor(server: RunningServer, id: string, wanted: number) {
    this.#server = server;
    this.#id = id;
    this.#wanted = wanted;
  }

  /** Sends everything; `wanted`: see {@link reached}. */
  static async begin(server: RunningServer, id: string, wanted: number): Promise<Storm> {
    const storm = new Storm(server, id, wanted);
    for (let n = 0; n < SOCKETS; n++) storm.#sockets.push(await storm.#connect());
    const content = `the text of ${id}`;
    const requests = storm.#sockets.map(() => storm.#post({ id, to_user_id: RECIPIENT, content }));
    for (const socket of storm.#sockets) {
      for (let n = 0; n < RETRIES; n++) socket.send({ type: "private", id, to_user_id: RECIPIENT, content });
    }
    storm.done = Promise.allSettled(requests).then(() => {});
    return storm;
  }

  /** Resolves once so many acknowledgements came. */
  reached(): Promise<void> {
    return this.#wanted === 0 ? Promise.resolve() : this.#first.promise;
  }

  /** Resolves once every socket had all its answers. */
  async settled(): Promise<void> {
    for (const socket of this.#sockets) await socket.settled();
    await this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) await socket[Symbol.asyncDispose]();
  }

  async #connect(): Promise<SocketClient> {
    const client = await SocketClient.as(this.#server.url, SENDER);
    client.socket.addEventListener("message", (event) => {
      const frame = JSON.parse(String(event.data));
      if (frame.type !== "read" || frame.data.original_message_id !== this.#id) return;
      this.#note(Told.parse(frame.data));
    });
    return client;
  }

  async #post(body: object): Promise<void> {
    const url = new URL(`/api/v1/messages?user_id=${SENDER}`, this.#server.url);
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    const { data } = Posted.parse(await answer.json());
    if (!data.duplicate) this.firsts++;
    this.#note(Told.parse(data));
  }

  #note(told: Told): void {
    this.told.push(told);
    if (this.told.length === this.#wanted) this.#first.resolve();
  }
}

Deno.test(`${SOCKETS * (RETRIES + 1)} retries of one id at once, by sockets and POST, with a SIGKILL among them, are one message`, async (t) => {
  await using directory = await TemporaryDirectory.make();
  const options = { dataDir: directory.path, env: { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" } };
  for (const [index, killedAfter] of KILLED_AFTER.entries()) {
    await t.step(`killed after ${killedAfter} acknowledgements`, async () => {
      const id = `retried-${index}`;
      const told: Told[] = [];
      {
        await using server = await startServer(options);
        const storm = await Storm.begin(server, id, killedAfter);
        await storm.reached();
        await server.kill();
        await storm.done;
        await storm[Symbol.asyncDispose]();
        told.push(...storm.told);
      }
      await using server = await startServer(options);
      await using recipient = await SocketClient.as(server.url, RECIPIENT);
      await using storm = await Storm.begin(server, id, 0);
      await storm.settled();
      assert.equal(storm.told.length, SOCKETS * (RETRIES + 1), "everybody was answered");
      told.push(...storm.told);
      assert.equal(new Set(told.map((one) => JSON.stringify(one))).size, 1, "and all alike");
      assert.equal(told[0]?.seq, index + 1, "no retry took a number");
      assert.ok(storm.firsts <= 1);
      assert.ok((await recipient.settled("private")).length <= 1, "at most once to a connection");
      const path = `/api/v1/conversations/${told[0]?.conversation_id}/messages?user_id=${RECIPIENT}`;
      const { data } = Page.parse(await (await fetch(new URL(path, server.url))).json());
      assert.equal(data.messages.length, index + 1);
      assert.equal(data.messages.at(-1)?.id, told[0]?.message_id);
    });
  }
});
