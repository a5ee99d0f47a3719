/**
 * Tells instances what happened to an account, where there is no {@link Realtime} to tell them.
 *
 * @module
 */
import type { Bus } from "../db/bus.ts";
import type { UserId } from "../db/model.ts";
import type { Realtime } from "./contract.ts";
import { type ChatEvent, USERS_TOPIC, userTopic } from "./events.ts";

/** What others hear of an account. */
export class AccountNews implements Pick<Realtime, "sessionsEnded" | "accountDisabled" | "userChanged"> {
  readonly #bus: Pick<Bus<ChatEvent>, "publish">;

  constructor(bus: Pick<Bus<ChatEvent>, "publish">) {
    this.#bus = bus;
  }

  /** Closes the sockets of sessions. */
  sessionsEnded(userId: UserId, sessionIds: readonly string[]): void {
    if (sessionIds.length > 0) {
      this.#bus.publish(userTopic(userId), { type: "sessions_ended", sessionIds });
    }
  }

  /** Closes the sockets of an account. */
  accountDisabled(userId: UserId): void {
    this.userChanged(userId);
    this.#bus.publish(userTopic(userId), { type: "account_disabled" });
  }

  /** Has what is known of an account forgotten. */
  userChanged(userId: UserId): void {
    this.#bus.publish(USERS_TOPIC, { type: "user_changed", userId });
  }
}
