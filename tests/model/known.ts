/**
 * What all parts of a run share: what is true, who may be refused what, and how often things happened.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Deliveries } from "./deliveries.ts";
import type { Figures } from "./figures.ts";
import type { Server } from "./ground.ts";
import type { Marks } from "./marks.ts";
import type { PresenceTruth } from "./presence_truth.ts";
import type { Setting } from "./scenario.ts";
import type { Truth } from "./truth.ts";

/** The side of the model that devices and their connections see. */
export interface Known {
  readonly setting: Setting;
  readonly truth: Truth;
  readonly marks: Marks;
  readonly presence: PresenceTruth;
  readonly figures: Figures;
  readonly quotas: Quotas;
  readonly typing: Typing;
  /** The store's epoch, once the first connection was told. */
  epoch: string | null;
  /** Rises whenever the store begins or ends to refuse; odd: it refuses. */
  refusals: number;
  /** The store refuses no longer, and some may not have heard of its last refusals yet. */
  isEchoing: boolean;
  /** Instances that are being ended. */
  readonly ending: Set<Server>;
  /** Whom each user ever watched, as `user other`. */
  readonly watched: Set<string>;
  /** Connections that were the oldest when their user had one too many. */
  readonly replaced: Set<object>;
  /** What instances deliver themselves. */
  readonly deliveries: Deliveries;
  now(): number;
  /** Whether several instances may have told each other things late, doubled or not at all at this time or after. */
  wasRough(since: number): boolean;
  /** Whether a device of the user that leaves confirming to the server waits for the answer to a sync or a history. */
  isReading(user: number): boolean;
}

/** How many messages each user sent and got through, since an instance began. */
export class Quota {
  readonly #since: number;
  readonly #sent = new Map<number, number>();
  readonly #passed = new Map<number, number>();

  /** An instance begins: all have their whole burst. */
  constructor(now: number) {
    this.#since = now;
  }

  /** Somebody tries to send. */
  tried(user: number): void {
    this.#sent.set(user, this.triesOf(user) + 1);
  }

  /** How often they tried. */
  triesOf(user: number): number {
    return this.#sent.get(user) ?? 0;
  }

  /** A try was not refused for its number; answers how many were not. */
  passed(user: number): number {
    const count = (this.#passed.get(user) ?? 0) + 1;
    this.#passed.set(user, count);
    return count;
  }

  /** How long the instance has been there, in ms. */
  age(now: number): number {
    return now - this.#since;
  }
}

/** What each instance counts for itself (docs/decisions/0019). */
export class Quotas {
  readonly #of = new Map<Server, Quota>();

  /** An instance begins. */
  begin(server: Server, now: number): void {
    this.#of.set(server, new Quota(now));
  }

  /** What one instance counts. */
  of(server: Server): Quota {
    const quota = this.#of.get(server);
    assert.ok(quota !== undefined, "an instance that never began");
    return quota;
  }
}

/** Who told whom that they are typing, how often. */
export class Typing {
  readonly #told = new Map<string, number>();

  /** Somebody tells. */
  tell(from: number, to: number, active: boolean): void {
    const key = `${from} ${to} ${active}`;
    this.#told.set(key, this.count(from, to, active) + 1);
  }

  /** How often they told. */
  count(from: number, to: number, active: boolean): number {
    return this.#told.get(`${from} ${to} ${active}`) ?? 0;
  }
}

/** Notes that a message was not refused for its number, and that such messages stay within it. */
export function quotaKept(known: Known, user: number, at: Server): void {
  const { messages } = known.setting;
  const quota = known.quotas.of(at);
  const most = messages.burst + messages.rate * quota.age(known.now()) / 1_000;
  assert.ok(quota.passed(user) <= most, `user ${user} sent more than ${most}`);
}
