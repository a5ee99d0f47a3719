/**
 * A cable that is really cut: people on another network, whose end of it goes down. Their system says nothing any more,
 * and the server's goes on as if they were there. To be run in a network namespace of its own:
 *
 *     unshare -Urn deno run -P=test --no-prompt tests/support/cut_cable.ts
 *
 * It prints for each of them, as JSON, after how many seconds their leave was told.
 *
 * @module
 */
import { onlineSeenBy, readFigures } from "./figures.ts";
import { fromFileUrl, ROOT } from "./paths.ts";
import { capture, type Captured } from "./process.ts";
import { runQuietly, runs } from "./run.ts";
import { say } from "./say.ts";
import { startServer } from "./server.ts";
import { SocketClient } from "./socket_client.ts";
import { until } from "./until.ts";

/** Whom it happens to. */
export const CUT_OFF = {
  idle: 101,
  /** Somebody goes on writing to them: what is on its way fits into the system's buffers. */
  "written to": 102,
  /** So much is on its way that the program holds a part of it. */
  "with much on its way": 103,
} as const;

/** How programs are run in a network of their own, the best way first; as root nothing else may be needed. */
const WAYS = [["--user", "--map-root-user", "--net"], ["--net"]] as const;

const [SERVER, CLIENTS] = ["10.9.9.1", "10.9.9.2"];
/** Longer than a leave may take. */
const PATIENCE_MS = 70_000;
/** Between two messages to somebody, in ms. */
const PACE_MS = 1_000;
const LARGE = "\u{1f600}".repeat(10_000);
/** What the program is to hold of it, in bytes: more than for a moment, less than closes it at once. */
const WAITING = 300_000;

/** How a program is run on this machine in a network of its own that it may change; null: in no way. */
export async function ownNetwork(): Promise<readonly string[] | null> {
  for (const way of WAYS) {
    const command = ["unshare", ...way] as const;
    const [program, ...args] = command;
    const tries = ["ip", "link", "add", "one", "type", "veth", "peer", "name", "two"];
    if (await runs(program, ...args, ...tries) && await runs("nsenter", "--version")) return command;
  }
  return null;
}

/** Another network behind a cable: the namespace of a process that sleeps. */
class Elsewhere implements AsyncDisposable {
  readonly #holder: Captured;

  private constructor(holder: Captured) {
    this.#holder = holder;
  }

  /** Lays the cable and gives both ends their address. */
  static async connect(): Promise<Elsewhere> {
    const cwd = fromFileUrl(ROOT);
    const holder = capture({ program: "unshare", args: ["--net", "sleep", "600"], env: {}, cwd });
    const own = await networkOf(Deno.pid);
    await until("It has a network of its own", async () => await networkOf(holder.pid) !== own);
    const elsewhere = new Elsewhere(holder);
    await ip("link", "set", "lo", "up");
    await ip("link", "add", "here", "type", "veth", "peer", "name", "there");
    await ip("link", "set", "there", "netns", String(holder.pid));
    await ip("addr", "add", `${SERVER}/24`, "dev", "here");
    await ip("link", "set", "here", "up");
    await elsewhere.run("ip", "addr", "add", `${CLIENTS}/24`, "dev", "there");
    await elsewhere.run("ip", "link", "set", "there", "up");
    return elsewhere;
  }

  /** The words that run a program there. */
  get #enter(): readonly string[] {
    return ["--target", String(this.#holder.pid), "--net"];
  }

  /** Runs a program there to its end. */
  async run(program: string, ...args: readonly string[]): Promise<void> {
    await runQuietly("nsenter", [...this.#enter, program, ...args]);
  }

  /** Connects somebody from there, and waits until they are welcome. */
  async client(url: URL, userId: number): Promise<Captured> {
    const address = new URL(`/ws?user_id=${userId}&username=cut${userId}`, url);
    address.protocol = "ws:";
    const script = ["run", "--quiet", "--no-prompt", "--allow-net", "tests/support/idle_client.ts"];
    const args = [...this.#enter, Deno.execPath(), ...script, address.href];
    const client = capture({ program: "nsenter", args, env: {}, cwd: fromFileUrl(ROOT) });
    await client.waitFor("stdout", "welcome");
    return client;
  }

  /** Cuts the cable at their end. */
  async cut(): Promise<void> {
    await this.run("ip", "link", "set", "there", "down");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.kill();
  }
}

/** Asks a program, as the runtime shows such files to those with every permission only. */
function networkOf(pid: number): Promise<string> {
  return runQuietly("readlink", [`/proc/${pid}/ns/net`]);
}

async function ip(...args: readonly string[]): Promise<void> {
  await runQuietly("ip", args);
}

/** Writes to somebody until the program holds a part of it. */
async function leaveMuchWaiting(url: URL, writer: SocketClient, userId: number): Promise<void> {
  while (((await readFigures(url)).get("backlog_bytes") ?? 0) < WAITING) {
    for (let n = 0; n < 5; n++) writer.send({ type: "private", to_user_id: userId, content: LARGE });
    await writer.settled();
  }
}

async function main(): Promise<void> {
  await using owned = new AsyncDisposableStack();
  const elsewhere = owned.use(await Elsewhere.connect());
  const env = { CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_FRAMES: "0" };
  const server = owned.use(await startServer({ args: ["--host", SERVER], env }));
  const watcher = owned.use(await SocketClient.as(server.url, 1));
  for (const userId of Object.values(CUT_OFF)) {
    const client = await elsewhere.client(server.url, userId);
    owned.defer(() => client.kill());
  }
  const isOnline = (userId: number): boolean => onlineSeenBy(watcher).has(userId);
  await until("All are seen online", () => Object.values(CUT_OFF).every(isOnline));

  await elsewhere.cut();
  const begun = performance.now();
  await leaveMuchWaiting(server.url, watcher, CUT_OFF["with much on its way"]);
  const left = new Map<string, number>();
  let written = 0;
  await until("All are gone", async () => {
    if (performance.now() > begun + written * PACE_MS) {
      written++;
      await watcher.ask({ type: "private", to_user_id: CUT_OFF["written to"], content: "are you there?" });
    }
    for (const [who, userId] of Object.entries(CUT_OFF)) {
      if (!left.has(who) && !isOnline(userId)) left.set(who, (performance.now() - begun) / 1_000);
    }
    return left.size === Object.keys(CUT_OFF).length;
  }, PATIENCE_MS);
  say(JSON.stringify(Object.fromEntries(left)));
}

if (import.meta.main) await main();
