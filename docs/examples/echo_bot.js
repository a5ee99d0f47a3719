// deno-lint-ignore-file no-console -- it talks to whoever runs it
/**
 * A bot that answers every message with its text: once, whatever is killed in between, the bot or the server.
 *
 *     export BOT_URL=http://127.0.0.1:8080 BOT_USERNAME=echo BOT_PASSWORD=…
 *     deno run --allow-net --allow-env --allow-read=. --allow-write=. docs/examples/echo_bot.js
 *     node docs/examples/echo_bot.js        # Node.js 22 or newer
 *
 * `BOT_STATE` is the file in which it keeps how far it has come, `echo_bot.state` unless said: each bot has its own. In
 * debug mode `BOT_USER_ID=9` takes the place of the password.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { connect, SendError, signIn } from "../../static/core/client.js";

/** @import { ClientMemory, Identity } from "../../static/core/client.js" */

const { BOT_URL = "", BOT_USERNAME = "", BOT_PASSWORD = "", BOT_USER_ID, BOT_STATE = "echo_bot.state" } =
  process.env;
const memory = fileMemory(BOT_STATE);
const bot = connect({ url: BOT_URL, memory, ...await identity() });

bot.on("message", async (message) => {
  try {
    // An id made of the message's own: however often this runs for it, the echo is stored once.
    await bot.send(message.from, message.text, { id: `echo:${message.id}` });
  } catch (error) {
    // Not handled: the next run is handed the message again.
    if (!(error instanceof SendError) || !error.isFinal) throw error;
    console.error(`Message ${message.id} has no echo: ${error.word}`);
  }
  bot.read(message.conversationId, message.seq);
});

bot.on("state", (state) => console.log(state, bot.self?.username ?? ""));
bot.on("ended", ({ code, reason }) => {
  console.error(`Ended: ${code} ${reason}`);
  // Whatever starts it again signs in anew.
  if (code === 4501) memory.set("session", null);
  process.exit(1);
});
process.on("SIGTERM", () => void bot.close().then(() => process.exit(0)));

/**
 * Who the bot is. Its session is kept: an account has at most a hundred.
 *
 * @returns {Promise<Identity>}
 */
async function identity() {
  if (BOT_USER_ID !== undefined) return { debug: { userId: Number(BOT_USER_ID), username: BOT_USERNAME } };
  const kept = memory.get("session");
  if (typeof kept === "string") return { token: kept };
  const { token } = await signIn(BOT_URL, { username: BOT_USERNAME, password: BOT_PASSWORD });
  memory.set("session", token);
  return { token };
}

/**
 * A client's memory in a file: a line for each change, written before the call returns, and the file made anew at each
 * start. Only its owner can read it: the session is in it.
 *
 * @param {string} path
 * @returns {ClientMemory}
 */
function fileMemory(path) {
  /** @type {Map<string, unknown>} */
  const values = new Map();
  /** @param {string} key @param {unknown} value */
  const put = (key, value) => void (value === null ? values.delete(key) : values.set(key, value));
  for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n") : []) {
    try {
      const [key, value] = JSON.parse(line);
      put(key, value);
    } catch {
      // The last line, which a kill cut short: it is as if it had not been set.
    }
  }
  /** @param {[string, unknown]} entry */
  const toLine = (entry) => `${JSON.stringify(entry)}\n`;
  writeFileSync(`${path}.new`, [...values].map(toLine).join(""), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return {
    get: (key) => values.get(key),
    set(key, value) {
      appendFileSync(path, toLine([key, value]));
      put(key, value);
    },
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}
