/**
 * The contract of presence over several instances: who is online on which of them, and which instance is gone.
 *
 * Each instance writes one roster, its own, under a version that rises by one with each change, and holds a lease
 * on it. It reads the rosters of the others and keeps copies; changes reach the copies by the bus, and a version
 * that does not fit sends the reader back here. So no two writers ever meet, nothing expires for a single person,
 * and who joined or left follows on each instance from its own copies.
 *
 * While the backend is away every call throws {@link StoreUnavailableError} within {@link PRESENCE_CALL_MS}. Nobody
 * who opens or closes a socket waits for a call: copies stay as they are, and what happened here meanwhile is
 * written whole once the backend is back.
 *
 * @module
 */
import type { UserId } from "./model.ts";

/** An instance that does not renew its lease for this long is taken for dead, in ms. */
export const LEASE_MS = 15_000;
/** How long one call may take, in ms. */
export const PRESENCE_CALL_MS = 2_000;
/** How long a claim holds, in ms: long enough for the leaves to wait and be told. */
export const CLAIM_MS = 15_000;

/** Somebody who is online on an instance, as others see them. */
export interface Person {
  readonly userId: UserId;
  readonly username: string;
  /** Empty, or a path that every instance serves. */
  readonly avatar: string;
  /** When they came to this instance, in ms. */
  readonly since: number;
}

/** Everybody who is online on one instance, at one version. */
export interface Roster {
  readonly version: number;
  readonly people: readonly Person[];
}

/** A change of one's own roster. */
export interface RosterChange {
  /** One above the version before; any that is higher where the change is whole. */
  readonly version: number;
  /** Those who came, and those who are shown in another way now. */
  readonly came: readonly Person[];
  readonly left: readonly UserId[];
  /** Whether `came` is everybody: the roster is then replaced. */
  readonly isWhole: boolean;
}

/** `alive`: the lease is renewed. `left`: it said goodbye. `lost`: its lease ran out without. */
export type InstanceState = "alive" | "left" | "lost";

/** Another instance that has a roster. */
export interface Neighbour {
  readonly instanceId: string;
  readonly version: number;
  readonly state: InstanceState;
}

/** What an instance learns with each renewal of its lease. */
export interface Census {
  /**
   * The version that is stored of one's own roster; 0: none. Where it is not the one written last, the roster was
   * lost or removed by others, and is to be written whole.
   */
  readonly version: number;
  /** All others, also those whose lease ended and whose roster nobody has removed yet. */
  readonly others: readonly Neighbour[];
}

/** One instance's way to the rosters of all. Disposing it ends the connection and nothing else. */
export interface PresenceStore extends AsyncDisposable {
  /** Names this run of this instance apart from every other; no name comes twice. */
  readonly instanceId: string;
  /** Takes the lease for another {@link LEASE_MS}, and tells who else is there. */
  renew(): Promise<Census>;
  /**
   * Writes a change of one's own roster, in one step. False, and nothing is written, where what is stored is not at
   * the version just before: it is then to be written whole, which never answers false.
   */
  write(change: RosterChange): Promise<boolean>;
  /** The roster of an instance, in one piece; null where there is none. */
  read(instanceId: string): Promise<Roster | null>;
  /**
   * Whether it falls to the caller to tell of the leaves of an instance that is `left` or `lost`: true for one
   * caller within {@link CLAIM_MS}, false for everybody while the instance is alive or has no roster.
   */
  claim(instanceId: string): Promise<boolean>;
  /** Removes the roster of an instance that is not alive; false, and nothing happens, where it came back. */
  remove(instanceId: string): Promise<boolean>;
  /** Says goodbye: the own lease ends now and is never taken again, the roster stays for whoever claims it. */
  leave(): Promise<void>;
}
