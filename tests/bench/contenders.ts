/**
 * Who is measured beside whom.
 *
 * @module
 */
import { type Checkout, checkOut, HERE } from "./checkouts.ts";
import { type DatabaseName, DESCRIPTIONS } from "./databases.ts";
import type { Peer } from "./peers.ts";
import { startChat, startForeign, startPrototype, type Target, type Wanted } from "./servers.ts";

/** Where a server stores what it acknowledges: in its own process, in a database beside it, or nowhere. */
export type Storage = "embedded" | DatabaseName | "none";

/** A server that can be put under load, as often as one likes. */
export interface Contender {
  /** Heads its column of the table. */
  readonly name: string;
  readonly storage: Storage;
  /** Ours in some version; the least that stores in Deno; or somebody who hands on and stores nothing. */
  readonly kind: "program" | "prototype" | "relay";
  /** Whether it is an older version of the program. */
  readonly isOlder: boolean;
  /** What an acknowledgement of it says. */
  readonly promise: string;
  /** Where its files are, if its starts can be timed. */
  readonly checkout?: Checkout;
  /** Starts it afresh. Only a program has settings and accounts. */
  start(wanted: Wanted): Promise<Target>;
}

/** Who is to be measured beside the program as it is here. */
export interface Beside {
  /** A commit, null for none. */
  readonly against: string | null;
  /** Each version of the program on these too. */
  readonly databases: readonly DatabaseName[];
  /** The program on all cores, too: with one isolate, and with so many; 0: not. */
  readonly isolates: number;
  /** Whether to measure the program with the hardened transport too. */
  readonly hardened: boolean;
  /** The program of the relay in Go. */
  readonly relay: string;
  /** More relays. */
  readonly peers: readonly Peer[];
}

/** Ours first: the others are compared with it. */
export async function contenders(
  { against, databases, isolates, hardened, relay, peers }: Beside,
): Promise<readonly [Contender, ...Contender[]]> {
  const old = against === null ? [] : [await checkOut(against)];
  return [
    version(HERE),
    ...old.map(version),
    ...databases.flatMap((database) => [HERE, ...old].map((checkout) => versionOn(database, checkout))),
    ...(hardened ? [HARDENED] : []),
    ...(isolates === 0 ? [] : [1, isolates].map(onAllCores)),
    PROTOTYPE,
    relayAt({
      name: "relay",
      what: "gorilla/websocket in Go",
      dialect: "relay",
      command: [relay],
      rest: ["mutex"],
    }),
    ...peers.map(relayAt),
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
    kind: "program",
    isOlder: checkout !== HERE,
    promise: "stored and synced, then acknowledged",
    checkout,
    start: (wanted) => startChat(checkout, wanted),
  };
}

function versionOn(database: DatabaseName, checkout: Checkout): Contender {
  const { title, what } = DESCRIPTIONS[database];
  const isOlder = checkout !== HERE;
  return {
    name: isOlder ? `${checkout.name} on ${title}` : title,
    storage: database,
    kind: "program",
    isOlder,
    promise: `the same, ${what}`,
    // Accounts are laid into SQLite only, so sockets say themselves who they are.
    start: ({ env = {} }) => startChat(checkout, { env, database }),
  };
}

function onAllCores(isolates: number): Contender {
  return {
    name: `${isolates} isolate${isolates === 1 ? "" : "s"}`,
    storage: "embedded",
    kind: "program",
    isOlder: false,
    promise:
      "the program with CHAT_WORKERS, on all cores, of which the load generator takes its part of core 1",
    start: (wanted) => startChat(HERE, { ...wanted, isolates }),
  };
}

const HARDENED: Contender = {
  name: "hardened",
  storage: "embedded",
  kind: "program",
  isOlder: false,
  promise: "the program with CHAT_TRANSPORT=hardened",
  start: (wanted) => startChat(HERE, { ...wanted, env: { ...wanted.env, CHAT_TRANSPORT: "hardened" } }),
};

/** The least of ours, by which one sees what everything else costs. */
const PROTOTYPE: Contender = {
  name: "prototype",
  storage: "embedded",
  kind: "prototype",
  isOlder: false,
  promise:
    "message, conversation and read mark stored and synced in Deno and SQLite, then acknowledged; no accounts, " +
    "receipts, presence, repeats or limits",
  start: startPrototype,
};

function relayAt(peer: Peer): Contender {
  return {
    name: peer.name,
    storage: "none",
    kind: "relay",
    isOlder: false,
    promise: `${peer.what}; handed on, then acknowledged; stores and checks nothing`,
    start: () => startForeign(peer),
  };
}
