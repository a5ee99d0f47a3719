/**
 * What happens to a ground while a crowd talks on it: kills, network faults, and people who come and go.
 *
 * @module
 */
import type { FaultyProxy } from "../support/faulty_proxy.ts";
import { OPCODE, RawSocket } from "../support/raw_socket.ts";
import type { Ground } from "./grounds.ts";

/** The share of the way after which nothing is killed any more: memory is watched within one process. */
const LAST_KILL = 0.75;
/** Between two faults at most, and how long one lasts at most, in ms. */
const QUIET_MS = 3_000;
const FAULT_MS = 1_500;
/** The first of those who come and go, and how many there are. */
const VISITORS = { first: 100_000, count: 500 };
const VISITS_AT_ONCE = 5;
/** Between two rounds of visits, in ms. */
const VISIT_MS = 100;

/** A fault of a network. */
interface Fault {
  readonly name: string;
  begin(proxy: FaultyProxy): void;
}

const FAULTS: readonly Fault[] = [
  { name: "cut", begin: (proxy) => proxy.cut() },
  { name: "delay", begin: (proxy) => proxy.delay(150) },
  { name: "slices", begin: (proxy) => proxy.slice(64) },
  { name: "no answers", begin: (proxy) => proxy.silence("answered") },
  { name: "no questions", begin: (proxy) => proxy.silence("asked") },
  { name: "refusals", begin: (proxy) => proxy.refuse() },
];

/** How often each thing happened. */
export class Tally extends Map<string, number> {
  /** Counts one more. */
  note(name: string): void {
    this.set(name, (this.get(name) ?? 0) + 1);
  }

  override toString(): string {
    return [...this].map(([name, count]) => `${name} ${count}`).join(", ");
  }
}

/** So many moments as shares of the whole way, rising; `random` says which. */
export function killMoments(count: number, random: () => number): readonly number[] {
  return Array.from({ length: count }, () => random() * LAST_KILL).sort((one, other) => one - other);
}

/** Has faults befall the ways of the ground, one at a time, until the signal; heals them at the end. */
export async function trouble(ground: Ground, random: () => number, signal: AbortSignal): Promise<Tally> {
  const tally = new Tally();
  while (await pause(QUIET_MS * random(), signal)) {
    const way = oneOf(ground.ways(), random);
    const fault = oneOf(FAULTS, random);
    tally.note(`${fault.name} (${way.name})`);
    fault.begin(way.proxy);
    await pause(FAULT_MS * random(), signal);
    way.proxy.heal();
  }
  return tally;
}

/** Has people come and go until the signal: in the middle of the handshake, after it, and after a word. */
export async function churn(ground: Ground, random: () => number, signal: AbortSignal): Promise<Tally> {
  const tally = new Tally();
  while (await pause(VISIT_MS, signal)) {
    const visits = Array.from({ length: VISITS_AT_ONCE }, () => visit(ground.next(), random));
    for (const came of await Promise.all(visits)) tally.note(came);
  }
  return tally;
}

/** One visit, and how it ended. */
async function visit(url: URL, random: () => number): Promise<string> {
  const userId = VISITORS.first + Math.floor(random() * VISITORS.count);
  const kind = random();
  try {
    await using socket = await RawSocket.connect(url, `/ws?user_id=${userId}&username=visitor`);
    if (kind < 0.2) return "left in the handshake";
    // A server that is being killed may leave a connection without an answer.
    const signal = AbortSignal.timeout(FAULT_MS);
    signal.addEventListener("abort", () => void socket[Symbol.asyncDispose]());
    await socket.upgraded();
    if (kind < 0.6) return "left at once";
    await socket.frame(OPCODE.text, '{"type":"heartbeat","id":"visit"}');
    for await (const { payload } of socket.frames()) {
      if (new TextDecoder().decode(payload).includes('"visit"')) return "said something";
    }
    return "cut off";
  } catch {
    // The server is being killed, or the way misbehaves.
    return "not let in";
  }
}

/** Whether the time passed without the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  return !signal.aborted;
}

function oneOf<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new RangeError("There is nothing to choose from");
  return one;
}
