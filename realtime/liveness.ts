/**
 * Asks the store now and then whether the sessions and accounts of the open connections still live, so that a
 * lost "session ended" closes its sockets all the same (invariant 15).
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { User } from "../db/model.ts";
import type { SessionStore } from "../db/sessions.ts";
import type { UserStore } from "../db/users.ts";
import { CLOSE } from "./close.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { LIVENESS_INTERVAL_MS } from "./limits.ts";

const log = getLogger(["chat", "realtime"]);

/** The bounds of the two queries. */
const SESSIONS_ASKED = 10_000;
const USERS_ASKED = 1_000;
/** An open socket is use: it is noted every so many rounds, here each ten minutes. */
const ROUNDS_PER_TOUCH = 24;

interface LivenessDeps {
  readonly hub: Hub;
  readonly sessions: SessionStore;
  readonly users: Pick<UserStore, "byIds">;
  readonly clock: Clock;
  /** Told of the accounts of those who are here, as they are now. */
  readonly onAccounts: (users: readonly User[]) => void;
  /** Done in each round besides: counts and last-seen times. */
  readonly also: () => Promise<void>;
}

/** A round every {@link LIVENESS_INTERVAL_MS}; a failed one is logged and the next one tries again. */
export class Liveness implements Disposable {
  readonly #deps: LivenessDeps;
  #timer: Timer;
  #rounds = 0;
  #disposed = false;

  constructor(deps: LivenessDeps) {
    this.#deps = deps;
    this.#timer = this.#next();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer.cancel();
  }

  /** Looks everybody up once and closes whom the store no longer knows; sessions and accounts may be in two. */
  async round(): Promise<void> {
    const signedIn = [...this.#deps.hub.all()].filter((one) => one.identity.session !== null);
    const steps = [
      () => this.#closeEnded(signedIn),
      () => this.#closeDisabled(signedIn.filter((one) => !one.isClosed)),
      this.#deps.also,
    ];
    for (const step of steps) {
      await step().catch((error) =>
        log.warn("The sessions of open sockets were not checked: {error}", { error: String(error) })
      );
    }
    this.#rounds++;
  }

  async #closeEnded(signedIn: readonly Connection[]): Promise<void> {
    const { sessions, clock } = this.#deps;
    const ids = [...new Set(signedIn.flatMap((one) => one.identity.session?.id ?? []))];
    const live = new Set<string>();
    for (let from = 0; from < ids.length; from += SESSIONS_ASKED) {
      for (const id of await sessions.live(ids.slice(from, from + SESSIONS_ASKED), clock.now())) live.add(id);
    }
    for (const connection of signedIn) {
      const id = connection.identity.session?.id;
      if (id !== undefined && !live.has(id)) connection.close(CLOSE.sessionEnded);
    }
    if (this.#rounds % ROUNDS_PER_TOUCH === 0 && live.size > 0) await sessions.touch([...live], clock.now());
  }

  async #closeDisabled(signedIn: readonly Connection[]): Promise<void> {
    const ids = [...new Set(signedIn.map((one) => one.userId))];
    const active = new Set<number>();
    for (let from = 0; from < ids.length; from += USERS_ASKED) {
      const users = await this.#deps.users.byIds(ids.slice(from, from + USERS_ASKED));
      for (const user of users) if (user.status === "active") active.add(user.id);
      this.#deps.onAccounts(users);
    }
    for (const connection of signedIn) {
      if (!active.has(connection.userId)) connection.close(CLOSE.accountDisabled);
    }
  }

  #next(): Timer {
    return this.#deps.clock.after(LIVENESS_INTERVAL_MS, () => {
      void this.round().finally(() => {
        if (!this.#disposed) this.#timer = this.#next();
      });
    });
  }
}
