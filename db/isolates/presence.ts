/**
 * Presence that another isolate of this process keeps.
 *
 * @module
 */
import { PRESENCE_CALL_MS, type PresenceStore } from "../presence.ts";
import type { Tally } from "../tally.ts";
import type { Link, Methods } from "./link.ts";

type Calls = Pick<PresenceStore, "renew" | "write" | "read" | "claim" | "remove" | "leave">;

const CALLS: Methods<Calls> = {
  renew: true,
  write: true,
  read: true,
  claim: true,
  remove: true,
  leave: true,
};

const TALLY: Methods<Tally> = { take: true, giveBack: true, reset: true };

/** Lets one isolate use its own way to the rosters. */
export function servePresence(link: Link, presence: PresenceStore): void {
  link.offer<Calls>("presence", presence, CALLS);
}

/** The rosters at the other end of a link, for the isolate of this name. */
export function remotePresence(link: Link, instanceId: string): PresenceStore {
  const calls = link.remote<Calls>("presence", CALLS, PRESENCE_CALL_MS);
  return { ...calls, instanceId, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Lets one isolate count tries together with the others. */
export function serveTally(link: Link, tally: Tally): void {
  link.offer<Tally>("tally", tally, TALLY);
}

/** The tally at the other end of a link. */
export function remoteTally(link: Link): Tally {
  return link.remote<Tally>("tally", TALLY);
}
