/**
 * The echo bot of docs/examples as a process that is killed, beside a server that is killed, and what must come of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { connect, signIn } from "../../static/core/client.js";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, type Captured, within } from "../support/process.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Kills, of the bot and of the server in turns. */
const ROUNDS = 8;
/** Messages written in each round. */
const BATCH = 12;
/** An echo may have to wait for two starts and a few waits between attempts, ms. */
const PATIENCE_MS = 60_000;
const PASSWORD = "correct horse";

const Stored = z.object({ id: z.string(), from_user_id: z.number(), content: z.string() });
type Stored = z.infer<typeof Stored>;
const Page = z.object({
  data: z.object({
    messages: z.array(Stored.extend({ data: z.object({ seq: z.number() }) })),
    has_more: z.boolean(),
  }),
});
const Account = z.object({ data: z.object({ id: z.number() }) });

/** A server on one port and one data directory, however often it is started. */
class Phoenix implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;
  readonly #port: number;
  #server: RunningServer;

  private constructor(directory: TemporaryDirectory, port: number, server: RunningServer) {
    this.#directory = directory;
    this.#port = port;
    this.#server = server;
  }

  static async rise(): Promise<Phoenix> {
    const directory = await TemporaryDirectory.make();
    const server = await start(directory.path, 0);
    return new Phoenix(directory, Number(server.url.port), server);
  }

  get url(): URL {
    return this.#server.url;
  }

  async killAndRise(): Promise<void> {
    await this.#server.kill();
    this.#server = await start(this.#directory.path, this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#directory[Symbol.asyncDispose]();
  }
}

function start(dataDir: string, port: number): Promise<RunningServer> {
  const env = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0", CHAT_BCRYPT_COST: "4" };
  return startServer({ dataDir, args: ["--port", `${port}`], env });
}

/** Registers somebody and answers the user id. */
async function register(url: URL, username: string): Promise<number> {
  const response = await fetch(new URL("/api/v1/auth/register", url), {
    method: "POST",
    body: JSON.stringify({ username, email: `${username}@example.org`, password: PASSWORD }),
  });
  return Account.parse(await response.json()).data.id;
}

/** How the bot is told who it is: by a password, or by a number in debug mode. */
export type Way = "password" | "number";

function botEnvironment({ url, state, userId, way }: {
  readonly url: URL;
  readonly state: string;
  readonly userId: number;
  readonly way: Way;
}): Record<string, string> {
  const who = way === "password" ? { BOT_PASSWORD: PASSWORD } : { BOT_USER_ID: `${userId}` };
  return { BOT_URL: url.href, BOT_USERNAME: "echo_bot", BOT_STATE: state, ...who };
}

/** The bot's file, for a command line. */
export const BOT = fromFileUrl(new URL("docs/examples/echo_bot.js", ROOT));

/**
 * Writes to the bot while it and the server are killed by turns, each at the moment an echo arrives, and holds what the
 * store has in the end: every message echoed once, in the order written, and nothing else.
 *
 * @param command What runs the bot.
 */
export async function echoThroughKills(command: readonly string[], way: Way): Promise<void> {
  await using server = await Phoenix.rise();
  await using directory = await TemporaryDirectory.make();
  const userId = await register(server.url, "echo_bot");
  const annId = await register(server.url, "ann");
  const { token } = await signIn(server.url, { username: "ann", password: PASSWORD });
  const [program = "", ...args] = command;
  const env = botEnvironment({ url: server.url, state: directory.at("bot.state"), userId, way });
  const startBot = (): Captured => capture({ program, args, env, cwd: directory.path });

  await using ann = connect({ url: server.url, token });
  const heard = new Heard();
  ann.on("message", ({ text }) => heard.add(text));
  let bot = startBot();
  try {
    const written: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await bot.waitFor("stdout", "online echo_bot");
      for (let at = 0; at < BATCH; at++) {
        const text = `round ${round}, message ${at}`;
        written.push(text);
        void ann.send(userId, text);
      }
      await heard.count(round * BATCH + 1 + round % BATCH);
      if (round % 2 === 1) await server.killAndRise();
      else {
        await bot.kill();
        bot = startBot();
      }
    }
    await heard.count(written.length);
    assert.equal(await bot.stop("SIGTERM"), 0, bot.stderr());
    assert.equal(bot.stderr(), "");
    const stored = await readConversation(server.url, { token, ids: [annId, userId] });
    const of = (id: number): string[] =>
      stored.filter(({ from_user_id: from }) => from === id).map(({ content }) => content);
    assert.deepEqual(of(annId), written);
    assert.deepEqual(of(userId), written, "Something was echoed twice, never or out of turn");
    assert.deepEqual(heard.texts, written);
  } finally {
    await bot.kill();
  }
}

/** What ann was handed, and who waits for more of it. */
class Heard {
  readonly texts: string[] = [];
  #look = (): void => {};

  add(text: string): void {
    this.texts.push(text);
    this.#look();
  }

  count(wanted: number): Promise<void> {
    const enough = Promise.withResolvers<void>();
    this.#look = () => this.texts.length >= wanted && enough.resolve();
    this.#look();
    return within(PATIENCE_MS, enough.promise, `Only ${this.texts.length} of ${wanted} echoes came`);
  }
}

async function readConversation(
  url: URL,
  { token, ids: [one, other] }: { readonly token: string; readonly ids: readonly [number, number] },
): Promise<Stored[]> {
  const stored: Stored[] = [];
  const id = `${Math.min(one, other)}-${Math.max(one, other)}`;
  while (true) {
    const path = `/api/v1/conversations/${id}/messages?after_seq=${stored.length}&limit=100`;
    const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
    const { data } = Page.parse(await response.json());
    stored.push(...data.messages);
    if (!data.has_more) return stored;
  }
}
