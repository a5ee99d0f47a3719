/**
 * Ends what an instance that is gone left behind: after a moment in which its people may come back elsewhere, one of
 * the others removes its roster and tells of the leaves.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Bus } from "../db/bus.ts";
import type { Clock, Timer } from "../db/clock.ts";
import type { UserId } from "../db/model.ts";
import type { Person, PresenceStore } from "../db/presence.ts";
import type { UserStore } from "../db/users.ts";
import type { Audience } from "./audience.ts";
import { type ChatEvent, type Departure, type InstanceEndedEvent, USERS_TOPIC } from "./events.ts";
import { LEAVE_DELAY_MS } from "./limits.ts";
import type { Neighbours } from "./neighbours.ts";

const log = getLogger(["chat", "presence"]);

/** Leaves told by one event. */
const MAX_LEAVES = 200;
/** The bound of {@link UserStore.touch}. */
const MAX_TOUCHED = 1_000;

interface TakeoverDeps {
  readonly store: PresenceStore;
  readonly neighbours: Neighbours;
  readonly bus: Bus<ChatEvent>;
  readonly clock: Clock;
  readonly users: Pick<UserStore, "touch">;
  readonly audience: Pick<Audience, "isEveryone" | "contactsOf">;
  readonly isHere: (userId: UserId) => boolean;
  readonly isOnline: (userId: UserId) => boolean;
}

/** Claims instances that are gone, and ends them. */
export class Takeover implements Disposable {
  readonly #deps: TakeoverDeps;
  readonly #claimed = new Map<string, Timer>();

  constructor(deps: TakeoverDeps) {
    this.#deps = deps;
  }

  /** Ends an instance that is gone, unless another instance does; `at`: when it was last seen, if ever. */
  async consider(instanceId: string, at: number | null): Promise<void> {
    const { store, clock } = this.#deps;
    if (this.#claimed.has(instanceId) || !await store.claim(instanceId)) return;
    const timer = clock.after(LEAVE_DELAY_MS, () => {
      this.#claimed.delete(instanceId);
      this.#end(instanceId, at).catch((error) =>
        log.warn("Instance {instanceId} was not ended: {error}", { instanceId, error: String(error) })
      );
    });
    this.#claimed.set(instanceId, timer);
  }

  [Symbol.dispose](): void {
    for (const timer of this.#claimed.values()) timer.cancel();
  }

  async #end(instanceId: string, at: number | null): Promise<void> {
    const { store, neighbours, isHere } = this.#deps;
    const copied = neighbours.peopleOf(instanceId);
    const people = copied.length > 0 ? copied : (await store.read(instanceId))?.people ?? [];
    // It may have come back: then they are still there.
    if (!await store.remove(instanceId)) return;
    log.info("Instance {instanceId} is gone; {count} people were on it", {
      instanceId,
      count: people.length,
    });
    if (at !== null) await this.#touch(people.filter(({ userId }) => !isHere(userId)), at);
    for (let from = 0; from === 0 || from < people.length; from += MAX_LEAVES) {
      const left = await this.#departures(people.slice(from, from + MAX_LEAVES), at ?? 0);
      const isLast = from + MAX_LEAVES >= people.length;
      const event: InstanceEndedEvent = { type: "instance_ended", instanceId, left, isLast };
      this.#deps.bus.publish(USERS_TOPIC, event);
    }
  }

  async #touch(people: readonly Person[], at: number): Promise<void> {
    const ids = people.map((person) => person.userId);
    try {
      for (let from = 0; from < ids.length; from += MAX_TOUCHED) {
        await this.#deps.users.touch(ids.slice(from, from + MAX_TOUCHED), at);
      }
    } catch (error) {
      log.warn("Last seen was not stored: {error}", { error: String(error) });
    }
  }

  async #departures(people: readonly Person[], at: number): Promise<readonly Departure[]> {
    const { audience, isHere, isOnline } = this.#deps;
    const left: Departure[] = [];
    for (const { userId } of people) {
      // Whoever came back here stays; others see for themselves whether somebody came back there.
      const isAsked = !audience.isEveryone && !isHere(userId);
      const contacts = isAsked ? await audience.contactsOf(userId).catch(() => null) : null;
      left.push({ userId, at, to: contacts?.filter((id) => isOnline(id)) ?? null });
    }
    return left;
  }
}
