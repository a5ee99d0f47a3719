/**
 * Who is measured beside whom.
 *
 * @module
 */
import { type Checkout, checkOut, HERE } from "./checkouts.ts";
import { type Dialect, startChat, startRelay, type Target, type Wanted } from "./servers.ts";

/** A server that can be put under load, as often as one likes. */
export interface Contender {
  /** Heads its column of the table. */
  readonly name: string;
  readonly dialect: Dialect;
  /** What an acknowledgement of it says. */
  readonly promise: string;
  /** Starts it afresh. A relay has no settings and no accounts. */
  start(wanted: Wanted): Promise<Target>;
}

/** Ours first: the others are compared with it. `against`: a commit, null for none. */
export async function contenders(
  { against, relay }: { readonly against: string | null; readonly relay: string },
): Promise<readonly [Contender, ...Contender[]]> {
  const old = against === null ? [] : [version(await checkOut(against))];
  return [version(HERE), ...old, relayAt(relay)];
}

/** A round's order: each in turn is the first, so that none has the better moments of the machine. */
export function inRound<T>(all: readonly T[], round: number): readonly T[] {
  const first = all.length === 0 ? 0 : (round - 1) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

function version(checkout: Checkout): Contender {
  return {
    name: checkout.name,
    dialect: "chat",
    promise: "stored and synced, then acknowledged",
    start: (wanted) => startChat(checkout, wanted),
  };
}

function relayAt(program: string): Contender {
  return {
    name: "relay",
    dialect: "relay",
    promise: "handed on, then acknowledged; stores and checks nothing",
    start: () => startRelay(program),
  };
}
