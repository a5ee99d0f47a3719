/**
 * One restart of the program under a crowd: what everybody was told, how long it took, and what the store holds after.
 *
 * @module
 */
import { z } from "zod";
import { directConversation } from "../../db/model.ts";
import type { MessageStore } from "../../db/messages.ts";
import { openIn } from "../contract/sqlite.ts";
import { acquaint } from "../support/acquainted.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { capture, type Captured } from "../support/process.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** The first of the crowd: odd, as pairs are (1, 2), (3, 4) and so on. */
const FIRST = 10_001;
const THERE_MS = 180_000;
const BACK_MS = 120_000;
const DONE_MS = 90_000;
const PAGE = 100;
const ROOM = 10_000_000;

const Back = z.object({ at: z.array(z.number()), codes: z.array(z.number()) });
const Done = z.object({
  written: z.array(z.object({ userId: z.number(), written: z.number(), unsent: z.number() })),
  mostSyncs: z.array(z.number()),
  histories: z.number(),
  losses: z.number(),
  unseen: z.number(),
});
type Done = z.infer<typeof Done>;

/** How a server ends, and under whom. */
export interface RoundOptions {
  readonly signal: "SIGTERM" | "SIGKILL";
  /** Even for each process. */
  readonly clients: number;
  readonly processes: number;
  /** Of each process; even. */
  readonly writers: number;
}

/** What one restart came to. */
export interface Report {
  /** The exit code, and from the signal to the end of the process, in ms. */
  readonly code: number | null;
  readonly endedMs: number;
  /** From the signal to the new server listening, in ms. */
  readonly downMs: number;
  /** From the new server listening to each client in step again, rising, in ms. */
  readonly backMs: readonly number[];
  /** How many clients were closed with each code. */
  readonly codes: ReadonlyMap<number, number>;
  readonly acknowledged: number;
  /** Acknowledged and not in the store; in the store more than once; in another order than they were written in. */
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** People who write whose partner does not see all of it. */
  readonly unseen: number;
  /** Messages nobody acknowledged. */
  readonly unsent: number;
  /** The most syncs that any connection of any client asked for. */
  readonly mostSyncs: number;
  readonly histories: number;
  /** Connections lost since the signal, of all. */
  readonly losses: number;
}

/** Plays one restart. */
export async function restartUnderCrowd(options: RoundOptions): Promise<Report> {
  const { signal, clients } = options;
  await using directory = await TemporaryDirectory.make();
  const dataDir = directory.path;
  await fill(dataDir, clients);
  const first = await startServer({ dataDir });
  await using owned = new AsyncDisposableStack();
  owned.defer(() => first.kill());
  const crowd = gather(first, options);
  for (const child of crowd) owned.defer(() => child.kill());
  await Promise.all(crowd.map((child) => child.waitFor("stdout", "there\n", THERE_MS)));
  for (const child of crowd) Deno.kill(child.pid, "SIGUSR1");
  await Promise.all(crowd.map((child) => child.waitFor("stdout", "round\n")));

  const begun = Date.now();
  const code = signal === "SIGTERM" ? await first.stop() : await first.kill().then(() => null);
  const ended = Date.now();
  const second = await startServer({ dataDir, args: ["--port", first.url.port] });
  owned.defer(() => second.kill());
  const listening = Date.now();
  const backs = await Promise.all(crowd.map((child) => told(child, "back", Back, BACK_MS)));
  for (const child of crowd) Deno.kill(child.pid, "SIGTERM");
  const dones = await Promise.all(crowd.map((child) => told(child, "done", Done, DONE_MS)));
  await Promise.all(crowd.map((child) => child.exited));
  await second.stop();
  return {
    code,
    endedMs: ended - begun,
    downMs: listening - begun,
    backMs: backs.flatMap(({ at }) => at).map((at) => Math.max(0, at - listening)).toSorted((a, b) => a - b),
    codes: tally(backs.flatMap(({ codes }) => codes)),
    ...sums(dones),
    ...await compare(dataDir, dones),
  };
}

/** Lets every pair have written before, so that nobody is new to anybody. */
async function fill(dataDir: string, clients: number): Promise<void> {
  await using store = await openIn(dataDir);
  const pairs = Array.from({ length: clients / 2 }, (_, at) => [FIRST + 2 * at, FIRST + 2 * at + 1] as const);
  await acquaint(store.messages, pairs, Date.now());
}

function gather(server: RunningServer, { clients, processes, writers }: RoundOptions): readonly Captured[] {
  const count = clients / processes;
  return Array.from({ length: processes }, (_, at) =>
    capture({
      program: Deno.execPath(),
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-net", "tests/restart/crowd.ts"],
        ...[server.url.href, String(FIRST + at * count), String(count), String(writers)],
      ],
      env: {},
      cwd: fromFileUrl(ROOT),
    }));
}

/** The figures that a process says behind a word. */
async function told<T>(child: Captured, word: string, schema: z.ZodType<T>, ms: number): Promise<T> {
  try {
    const [, json = ""] = await child.waitFor("stdout", new RegExp(`^${word} (.*)$`, "m"), ms);
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new Error(`The crowd did not say "${word}"\n${child.stderr()}`, { cause: error });
  }
}

function tally(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sums(
  dones: readonly Done[],
): Pick<Report, "unseen" | "unsent" | "mostSyncs" | "histories" | "losses"> {
  const sum = (of: (done: Done) => number): number => dones.reduce((total, done) => total + of(done), 0);
  return {
    unseen: sum(({ unseen }) => unseen),
    unsent: sum(({ written }) => written.reduce((total, { unsent }) => total + unsent, 0)),
    mostSyncs: dones.flatMap(({ mostSyncs }) => mostSyncs).reduce((most, one) => Math.max(most, one), 0),
    histories: sum(({ histories }) => histories),
    losses: sum(({ losses }) => losses),
  };
}

/** Looks in the store for everything that was acknowledged. */
async function compare(
  dataDir: string,
  dones: readonly Done[],
): Promise<Pick<Report, "acknowledged" | "lost" | "doubled" | "reordered">> {
  await using store = await openIn(dataDir);
  const totals = { acknowledged: 0, lost: 0, doubled: 0, reordered: 0 };
  for (const { userId, written, unsent } of dones.flatMap((done) => done.written)) {
    const stored = await storedBy(store.messages, userId);
    const once = new Set(stored);
    totals.acknowledged += written - unsent;
    totals.lost += Math.max(0, written - unsent - once.size);
    totals.doubled += stored.length - once.size;
    totals.reordered += stored.filter((number, at) => at > 0 && number < (stored[at - 1] ?? 0)).length;
  }
  return totals;
}

/** The numbers of somebody's messages, in the order of the store. */
async function storedBy(messages: MessageStore, userId: number): Promise<readonly number[]> {
  const conversation = directConversation(userId, userId % 2 === 1 ? userId + 1 : userId - 1);
  const numbers: number[] = [];
  let afterSeq = 0;
  let hasMore = true;
  while (hasMore) {
    const page = await messages.list(conversation, { afterSeq, limit: PAGE, maxBytes: ROOM });
    for (const { senderId, content } of page.messages) {
      if (senderId === userId && content !== "hello") numbers.push(Number(content.split(" ")[1]));
    }
    afterSeq = page.messages.at(-1)?.seq ?? afterSeq;
    hasMore = page.hasMore;
  }
  return numbers;
}

/** A report for people. */
export function described({ signal, clients }: RoundOptions, report: Report): string {
  const { backMs, code, codes } = report;
  const at = (part: number): string =>
    `${((backMs[Math.ceil((backMs.length - 1) * part)] ?? 0) / 1_000).toFixed(1)} s`;
  const closes = [...codes].map(([one, count]) => `${count} with ${one}`).join(", ");
  return [
    `${signal} under ${clients} clients: ended after ${(report.endedMs / 1_000).toFixed(1)} s` +
    `${code === null ? "" : ` with exit code ${code}`}; closed ${closes}`,
    `listening again ${
      (report.downMs / 1_000).toFixed(1)
    } s after the signal; from then on 50 % in step after ` +
    `${at(0.5)}, 99 % after ${at(0.99)}, all after ${at(1)}`,
    `${report.acknowledged} acknowledged, ${report.lost} lost, ${report.doubled} doubled, ` +
    `${report.reordered} reordered, ${report.unsent} unsent, ${report.unseen} not seen by their readers`,
    `${report.losses} connections lost or refused; at most ${report.mostSyncs} sync for each, ` +
    `${report.histories} questions for history in all`,
  ].join("\n");
}
