/**
 * Who is measured beside whom.
 *
 * @module
 */
import { type Checkout, checkOut, HERE } from "./checkouts.ts";
import { type DatabaseName, DESCRIPTIONS } from "./databases.ts";
import { startChat, startRelay, type Target, type Wanted } from "./servers.ts";

/** Where a server stores what it acknowledges: in its own process, in a database beside it, or nowhere. */
export type Storage = "embedded" | DatabaseName | "none";

/** A server that can be put under load, as often as one likes. */
export interface Contender {
  /** Heads its column of the table. */
  readonly name: string;
  readonly storage: Storage;
  /** Whether it is an older version of the program. */
  readonly isOlder: boolean;
  /** What an acknowledgement of it says. */
  readonly promise: string;
  /** Starts it afresh. A relay has no settings and no accounts. */
  start(wanted: Wanted): Promise<Target>;
}

/** Who is to be measured beside the program as it is here. */
export interface Beside {
  /** A commit, null for none. */
  readonly against: string | null;
  /** Each version of the program on these too. */
  readonly databases: readonly DatabaseName[];
  /** The relay's program. */
  readonly relay: string;
}

/** Ours first: the others are compared with it. */
export async function contenders(
  { against, databases, relay }: Beside,
): Promise<readonly [Contender, ...Contender[]]> {
  const old = against === null ? [] : [await checkOut(against)];
  return [
    version(HERE),
    ...old.map(version),
    ...databases.flatMap((database) => [HERE, ...old].map((checkout) => versionOn(database, checkout))),
    relayAt(relay),
  ];
}

/** A round's order: each in turn is the first, so that none has the better moments of the machine. */
export function inRound<T>(all: readonly T[], round: number): readonly T[] {
  const first = all.length === 0 ? 0 : (round - 1) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

function version(checkout: Checkout): Contender {
  return {
    name: checkout.name,
    storage: "embedded",
    isOlder: checkout !== HERE,
    promise: "stored and synced, then acknowledged",
    start: (wanted) => startChat(checkout, wanted),
  };
}

function versionOn(database: DatabaseName, checkout: Checkout): Contender {
  const { title, what } = DESCRIPTIONS[database];
  const isOlder = checkout !== HERE;
  return {
    name: isOlder ? `${checkout.name} on ${title}` : title,
    storage: database,
    isOlder,
    promise: `the same, ${what}`,
    start: (wanted) => startChat(checkout, { ...wanted, database }),
  };
}

function relayAt(program: string): Contender {
  return {
    name: "relay",
    storage: "none",
    isOlder: false,
    promise: "handed on, then acknowledged; stores and checks nothing",
    start: () => startRelay(program),
  };
}
