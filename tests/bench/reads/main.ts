/**
 * `deno task bench:reads`: what reading costs a server whose store holds ten million messages.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { Memory } from "../../support/memory.ts";
import { fromFileUrl, ROOT } from "../../support/paths.ts";
import { runQuietly } from "../../support/run.ts";
import { say } from "../../support/say.ts";
import { programCommand, type RunningServer, startServer } from "../../support/server.ts";
import { runTask } from "../../support/task.ts";
import { describeMachine } from "../machine.ts";
import type { Timed } from "./asking.ts";
import { fill } from "./fill.ts";
import { QUESTIONS } from "./questions.ts";
import { Dice, drawSpread, type Planned, type Spread } from "./spread.ts";
import { sweepBeside } from "./sweep.ts";

const USAGE = `usage: deno task bench:reads [--messages N] [--asks N] [--data DIR] [--cold] [--sweep DAYS]
  --messages  how many the store holds; 10000000
  --asks      how often each question is asked; 1000
  --data      a directory to fill, or that was filled by the same --messages before; default: one that goes again
  --cold      before each question what the machine has in memory of the file is given up
  --sweep     after it messages older than this many days are removed while two people chat`;

const SEED = 1;
const PEOPLE = 2_000;
/** One conversation for so many messages, and at least so many that everybody who is asked has theirs. */
const MESSAGES_EACH = 500;
const LEAST_CONVERSATIONS = 3_000;
/** Those with by far the most messages come first. */
const BIG = 20;
const START_MS = 300_000;
/** Of /proc: Linux counts in hundredths of a second. */
const MS_PER_TICK = 10;
const UNLIMITED = {
  CHAT_LIMIT_MESSAGES: "0",
  CHAT_LIMIT_FRAMES: "0",
  CHAT_LIMIT_CONNECTIONS: "0",
  CHAT_LOG_LEVEL: "warning",
};

interface Wishes {
  readonly messages: number;
  readonly asks: number;
  readonly data: string | null;
  readonly isCold: boolean;
  readonly sweepDays: number | null;
}

function readWishes(args: readonly string[]): Wishes {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { messages: text, asks: text, data: text, cold: { type: "boolean" }, sweep: text },
  });
  const whole = (name: "messages" | "asks" | "sweep", otherwise: number): number => {
    const value = values[name] ?? String(otherwise);
    if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new TypeError(`--${name} cannot be "${value}"`);
    return Number(value);
  };
  return {
    messages: whole("messages", 10_000_000),
    asks: whole("asks", 1_000),
    data: values.data ?? null,
    isCold: values.cold ?? false,
    sweepDays: values.sweep === undefined ? null : whole("sweep", 1),
  };
}

/** Begins with the same marks each time: those that the questions move are where nothing was read. */
function forgetMarks(dataDir: string, big: readonly Planned[]): void {
  using database = new DatabaseSync(`${dataDir}/chat.db`);
  const reset = database.prepare(
    "update member set read_seq = 0, shown_read_seq = 0, own_after_read = (select count(*) from message m where " +
      "m.conversation = member.conversation and m.sender_id = member.user_id) where conversation = ? and user_id = ?",
  );
  for (const { key, high } of big) reset.run(key, high);
}

/** Gives up what the machine keeps of a file in memory. */
async function giveUpCache(dataDir: string): Promise<void> {
  await runQuietly("dd", [`of=${dataDir}/chat.db`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
}

async function start(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: RunningServer; readonly startMs: number }> {
  const isPinned = Deno.build.os === "linux" && navigator.hardwareConcurrency > 1;
  const command = [...(isPinned ? ["taskset", "-c", "0"] : []), ...programCommand(dataDir)];
  const begun = performance.now();
  const server = await startServer({
    dataDir,
    command,
    env: { ...UNLIMITED, ...env },
    startTimeoutMs: START_MS,
  });
  return { server, startMs: performance.now() - begun };
}

/** What a process has had of a core so far, in ms; NaN where that is not known. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await runQuietly("cat", [`/proc/${pid}/stat`]).catch(() => "");
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
  return (Number(user) + Number(system)) * MS_PER_TICK;
}

/** `cpu`: what the server worked for all answers, in ms; what other programs do meanwhile is not in it. */
function row(name: string, { count, p50, p99, most, length }: Timed, cpu: number): string {
  const times = [p50, p99, most, cpu / count].map((value) => value.toFixed(2));
  return `| ${[name, count, ...times, (length / 1_024).toFixed(1)].join(" | ")} |`;
}

/** Asks everything and prints the table. */
async function askAll(dataDir: string, spread: Spread, { asks, isCold }: Wishes): Promise<void> {
  const big = spread.conversations.slice(0, BIG);
  forgetMarks(dataDir, big);
  if (isCold) await giveUpCache(dataDir);
  const { server, startMs } = await start(dataDir);
  await using _ending = server;
  const memory = await Memory.of(server.pid);
  say(`started in ${startMs.toFixed()} ms, ${memory.before.toFixed()} MiB`);
  say("\n| question | asked | p50, ms | p99, ms | most, ms | server, ms | KiB |");
  say("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  for (const question of QUESTIONS) {
    if (isCold) await giveUpCache(dataDir);
    const setting = { url: server.url, spread, big, dice: new Dice(SEED), count: asks };
    const before = await cpuOf(server.pid);
    const timed = await question.run(setting);
    say(row(question.name, timed, await cpuOf(server.pid) - before));
  }
  say(
    `\nmemory after all of it: ${(await memory.now()).toFixed()} MiB, at most ${
      (await memory.peak()).toFixed()
    }`,
  );
  await server.stop();
}

async function isFilled(dataDir: string): Promise<boolean> {
  return await Deno.stat(`${dataDir}/chat.db`).then(() => true, () => false);
}

async function bench(dataDir: string, wishes: Wishes): Promise<void> {
  const { messages } = wishes;
  const conversations = Math.max(LEAST_CONVERSATIONS, Math.round(messages / MESSAGES_EACH));
  const dice = new Dice(SEED);
  const spread = drawSpread({ messages, people: PEOPLE, conversations }, dice);
  if (!await isFilled(dataDir)) {
    const filled = await fill(dataDir, spread, { dice, now: Date.now(), told: say });
    say(`filled in ${filled.seconds.toFixed()} s`);
  }
  const { size } = await Deno.stat(`${dataDir}/chat.db`);
  const bytes = `${(size / 2 ** 20).toFixed()} MiB, ${(size / messages).toFixed()} bytes a message`;
  say(`${messages} messages, ${conversations} conversations, ${PEOPLE} people: ${bytes}`);
  await askAll(dataDir, spread, wishes);
  if (wishes.sweepDays !== null) say(await sweepBeside(dataDir, wishes.sweepDays, start));
}

async function main(wishes: Wishes): Promise<number> {
  const around = fromFileUrl(new URL(".setup/bench/", ROOT));
  await Deno.mkdir(around, { recursive: true });
  await using owned = new AsyncDisposableStack();
  const dataDir = wishes.data ?? await Deno.makeTempDir({ dir: around, prefix: "reads-" });
  if (wishes.data === null) owned.defer(() => Deno.remove(dataDir, { recursive: true }));
  else await Deno.mkdir(dataDir, { recursive: true });
  say(await describeMachine(dataDir));
  await bench(dataDir, wishes);
  return 0;
}

if (import.meta.main) {
  Deno.exit(await runTask({ usage: USAGE, read: readWishes, run: main }, Deno.args));
}
