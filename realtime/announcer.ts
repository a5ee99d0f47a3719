/**
 * Tells people who came and went: single frames while it is quiet, one list when many change, so that a crowd costs
 * each reader a few frames and never one for each of the crowd, at once or one after the other.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { UserId } from "../db/model.ts";
import type { Audience } from "./audience.ts";
import { encode, encodeUserList } from "./codec.ts";
import type { Connection } from "./connection.ts";
import type { PresenceAudience } from "./events.ts";
import type { OnlineUser } from "./frames.ts";
import type { Hub } from "./hub.ts";
import { MAX_ONLINE_LISTED } from "./limits.ts";
import type { Presence } from "./presence.ts";
import { erasedPerson, timestamp } from "./wire.ts";

const log = getLogger(["chat", "realtime"]);

/** Changes wait this long for company, in ms: too short to be noticed. */
const QUIET_MS = 50;
/** After a crowd was told as a list, the next news waits at least this long, in ms; after singles, their part of it. */
const CROWDED_MS = 1_000;
/** Long lists for many readers wait longer, so that news takes no more than this in all, in UTF-16 units a ms … */
const UNITS_A_MS = 16_384;
/** … but no longer than this, in ms. */
const MAX_PAUSE_MS = 5_000;
/** What is handed over in one turn of the event loop, in UTF-16 units: a crowd's lists keep no message waiting. */
const UNITS_A_TURN = 1_048_576;
/** Asking the store for somebody's people takes as long as handing over this much. */
const QUERY_UNITS = 32_768;
/** So long does news wait that could not be told, as nobody could be looked up, in ms. */
const RETRY_MS = 1_000;
/** Up to this many changes come as frames of their own, and no more than this in {@link CROWDED_MS}. */
const MAX_SINGLE = 8;

interface Change {
  readonly type: "join" | "leave";
  readonly to: PresenceAudience;
}

interface AnnouncerDeps {
  readonly hub: Hub;
  readonly audience: Audience;
  readonly presence: Presence;
  readonly clock: Clock;
}

/** Collects changes of presence and tells those who may know. */
export class Announcer implements Disposable {
  readonly #deps: AnnouncerDeps;
  #changes = new Map<UserId, Change>();
  #timer: Timer | null = null;
  #quietUntil = 0;
  #disposed = false;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
  }

  /** Notes a change, to be told soon; `to`: those who may know, where another instance has asked already. */
  note(userId: UserId, type: Change["type"], to: PresenceAudience): void {
    this.#changes.set(userId, { type, to });
    this.#schedule();
  }

  /** Nobody has come yet: whoever does finds in their list what was noted so far, and is not told again. */
  begin(): void {
    this.#changes.clear();
  }

  /** The `user_list` that `userId` may see, oneself in any case; at most 500, and one more where everybody is seen. */
  async listFor(userId: UserId): Promise<string> {
    const { audience, presence } = this.#deps;
    if (audience.isEveryone) return this.#encode(presence.encodedEverybody(userId));
    return this.#encode(presence.encoded(await audience.seenBy(userId)));
  }

  /** Who is online, of those `userId` may see, oneself among them; at most 500. */
  async visibleTo(userId: UserId): Promise<readonly OnlineUser[]> {
    const { audience, presence } = this.#deps;
    const seen = audience.isEveryone ? [userId, ...presence.online()] : await audience.seenBy(userId);
    const ids = [...new Set(seen)].filter((id) => presence.isOnline(id));
    const users = await presence.describe(ids.slice(0, MAX_ONLINE_LISTED));
    return [...users.values()].filter((user) => user.status === "online");
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.cancel();
    this.#changes.clear();
  }

  #schedule(): void {
    if (this.#timer !== null || this.#disposed) return;
    const wait = Math.max(QUIET_MS, this.#quietUntil - this.#deps.clock.now());
    this.#timer = this.#deps.clock.after(wait, () => {
      const changes = this.#changes;
      this.#changes = new Map();
      this.#tell(changes).catch((error) => this.#keep(changes, error)).finally(() => {
        // Set to null only now: news that came meanwhile waits for this round to end.
        this.#timer = null;
        if (this.#changes.size > 0) this.#schedule();
      });
    });
  }

  /** What could not be told is told later, unless there is newer news of the same people. */
  #keep(changes: ReadonlyMap<UserId, Change>, error: unknown): void {
    log.warn("Presence is not told yet: {error}", { error: String(error) });
    this.#changes = new Map([...changes, ...this.#changes]);
    this.#quietUntil = this.#deps.clock.now() + RETRY_MS;
  }

  async #tell(changes: ReadonlyMap<UserId, Change>): Promise<void> {
    const { audience, clock } = this.#deps;
    const round = new Round();
    await (audience.isEveryone ? this.#tellEverybody(changes, round) : this.#tellWatching(changes, round));
    // Of all changes, not of those that one reader sees: it bounds what anybody is sent.
    const pause = Math.min(1, changes.size / MAX_SINGLE) * CROWDED_MS;
    this.#quietUntil = clock.now() + Math.min(MAX_PAUSE_MS, Math.max(pause, round.units / UNITS_A_MS));
  }

  async #tellEverybody(changes: ReadonlyMap<UserId, Change>, round: Round): Promise<void> {
    const { hub, presence } = this.#deps;
    const frames = changes.size > MAX_SINGLE
      ? [this.#encode(presence.encodedEverybody(null))]
      : [...(await this.#encodeEach(changes)).values()];
    // Whoever opens from now on has a newer list.
    const readers = [...hub.all()].filter(({ isOpen }) => isOpen);
    for (const connection of readers) {
      if (round.isFull) await round.nextTurn();
      round.push(connection, frames);
    }
  }

  async #tellWatching(changes: ReadonlyMap<UserId, Change>, round: Round): Promise<void> {
    const perConnection = new Map<Connection, UserId[]>();
    // Nobody here to be told: nobody needs to be asked for.
    if (this.#deps.hub.size === 0) return;
    for (const [userId, { to }] of changes) {
      if (round.isFull) await round.nextTurn();
      if (to === null) round.spend(QUERY_UNITS);
      for (const connection of await this.#deps.audience.watching(userId, to)) {
        const ids = perConnection.get(connection) ?? [];
        ids.push(userId);
        perConnection.set(connection, ids);
      }
    }
    const frames = await this.#encodeEach(changes);
    for (const [connection, ids] of perConnection) {
      if (round.isFull) await round.nextTurn();
      if (ids.length > MAX_SINGLE) {
        round.spend(QUERY_UNITS);
        round.push(connection, [await this.listFor(connection.userId)]);
      } else round.push(connection, ids.flatMap((id) => frames.get(id) ?? []));
    }
  }

  async #encodeEach(changes: ReadonlyMap<UserId, Change>): Promise<ReadonlyMap<UserId, string>> {
    const users = await this.#deps.presence.describe([...changes.keys()]);
    const now = timestamp(this.#deps.clock.now());
    const frames = new Map<UserId, string>();
    for (const [userId, { type }] of changes) {
      // An account that is gone has nothing to be looked up, and its leave is told all the same.
      const data = users.get(userId) ?? (type === "leave" ? erasedPerson(userId) : undefined);
      if (data !== undefined) {
        frames.set(userId, encode({ type, from_user_id: userId, timestamp: now, data }));
      }
    }
    return frames;
  }

  #encode(users: string): string {
    return encodeUserList(timestamp(this.#deps.clock.now()), users);
  }
}

/** One telling of news: counts what it hands over, and leaves turns of the event loop to the messages. */
class Round {
  #units = 0;
  #spent = 0;

  /** What was handed over or cost as much, in UTF-16 units. */
  get units(): number {
    return this.#units;
  }

  /** Whether this turn has had enough. */
  get isFull(): boolean {
    return this.#spent >= UNITS_A_TURN;
  }

  push(connection: Connection, texts: readonly string[]): void {
    for (const text of texts) if (connection.push(text, "hint")) this.spend(text.length);
  }

  spend(units: number): void {
    this.#units += units;
    this.#spent += units;
  }

  async nextTurn(): Promise<void> {
    this.#spent = 0;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
