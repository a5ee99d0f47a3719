/**
 * `deno task torture:retries`: every message is sent again over one connection after another, each cut before, amid or
 * after its answers, until it was answered three times. It must be stored once, and be told alike each time.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { z } from "zod";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SETTINGS } from "./grounds.ts";
import { history } from "./history.ts";

const USAGE = "usage: deno task torture:retries [--messages N]   how many messages; 100000";

/** People who send at the same time, each to one of their own. */
const SENDERS = 50;
/** Messages that a connection carries. */
const BATCH = 20;
const ANSWERS = 3;
/** The share of the answers after which a connection is cut, in turn. */
const CUTS = [0, 0.5, 1] as const;

const Frame = z.object({
  type: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const Told = z.object({
  original_message_id: z.string(),
  message_id: z.string(),
  conversation_id: z.string(),
  seq: z.number(),
});

/** What all senders came to. */
const figures = { sent: 0, connections: 0, answers: 0, unequal: 0, lost: 0, doubled: 0 };

/** Somebody who writes to one other person. */
class Sender {
  readonly #server: RunningServer;
  readonly #userId: number;
  /** What was told of each message, and how often. */
  readonly #told = new Map<string, { readonly first: z.infer<typeof Told>; times: number }>();

  constructor(server: RunningServer, place: number) {
    this.#server = server;
    this.#userId = 2 * place + 1;
  }

  /** Sends messages 1 to `count`, each until it was answered {@link ANSWERS} times. */
  async send(count: number): Promise<void> {
    for (let from = 1; from <= count; from += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, at) => `${from + at}`);
      for (let round = 0;; round++) {
        const left = ids.filter((id) => (this.#told.get(id)?.times ?? 0) < ANSWERS);
        if (left.length === 0) break;
        await this.#connect(left, Math.ceil((CUTS[round % CUTS.length] ?? 1) * left.length));
      }
    }
  }

  /** Compares what was told with what is stored. */
  async compare(): Promise<void> {
    const stored = new Map<string, string>();
    for await (const messages of history(this.#server.url, `${this.#userId}-${this.#userId + 1}`)) {
      for (const { content, data } of messages) {
        if (stored.has(content)) figures.doubled++;
        stored.set(content, `${data.message_id} ${data.seq}`);
      }
    }
    for (const [id, { first }] of this.#told) {
      if (stored.get(id) !== `${first.message_id} ${first.seq}`) figures.lost++;
    }
    if (stored.size > this.#told.size) figures.doubled += stored.size - this.#told.size;
  }

  /** Sends messages over a connection that is cut after so many answers. */
  async #connect(ids: readonly string[], answers: number): Promise<void> {
    await using socket = await RawSocket.upgrade(
      this.#server.url,
      `/ws?user_id=${this.#userId}&username=sender`,
    );
    figures.connections++;
    figures.sent += ids.length;
    for (const id of ids) {
      await socket.send({ type: "private", id, to_user_id: this.#userId + 1, content: id });
    }
    let left = answers;
    if (left === 0) return;
    for await (const { opcode, payload } of socket.frames()) {
      if (opcode === OPCODE.text && this.#take(new TextDecoder().decode(payload)) && --left === 0) return;
    }
    throw new Error("The server ended a connection");
  }

  /** Whether a frame is an answer. */
  #take(text: string): boolean {
    const { type, data } = Frame.parse(JSON.parse(text));
    if (type === "error") throw new Error(`Refused: ${text}`);
    if (type !== "read") return false;
    const told = Told.parse(data);
    const before = this.#told.get(told.original_message_id) ?? { first: told, times: 0 };
    if (JSON.stringify(before.first) !== JSON.stringify(told)) figures.unequal++;
    before.times++;
    this.#told.set(told.original_message_id, before);
    figures.answers++;
    return true;
  }
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { messages: { type: "string", default: "100000" } } });
  if (!/^[0-9]{1,9}$/.test(values.messages)) {
    say(USAGE);
    return 2;
  }
  const each = Math.ceil(Number(values.messages) / SENDERS);
  await using server = await startServer({ env: SETTINGS });
  const begun = performance.now();
  const senders = Array.from({ length: SENDERS }, (_, place) => new Sender(server, place));
  await Promise.all(senders.map((sender) => sender.send(each)));
  const seconds = (performance.now() - begun) / 1_000;
  for (const sender of senders) await sender.compare();
  const { sent, connections, answers, unequal, lost, doubled } = figures;
  say(
    `${
      each * SENDERS
    } messages sent ${sent} times over ${connections} connections in ${seconds.toFixed()} s: ` +
      `${answers} answers, ${unequal} unequal; ${lost} not stored as told, ${doubled} stored twice`,
  );
  return unequal + lost + doubled === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
