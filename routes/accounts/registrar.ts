/**
 * Registering.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { User } from "../../db/model.ts";
import type { UserStore } from "../../db/users.ts";
import type { Realtime } from "../../realtime/mod.ts";
import type { RegistrationForm } from "./forms.ts";
import type { Hasher } from "./hash_pool.ts";
import type { Invites } from "./invites.ts";
import type { AccountLimits } from "./limits.ts";
import { refuseTaken } from "./taken.ts";

/** What registering takes. */
export interface RegistrarDeps {
  readonly users: UserStore;
  readonly realtime: Pick<Realtime, "userChanged">;
  readonly hasher: Hasher;
  readonly invites: Invites;
  readonly limits: AccountLimits;
  readonly clock: Clock;
}

/** Makes accounts. */
export class Registrar {
  readonly #deps: RegistrarDeps;

  constructor(deps: RegistrarDeps) {
    this.#deps = deps;
  }

  /**
   * Makes an account. Throws `rate_limited`, `registration_closed`, `invite_invalid`, `username_taken`,
   * `email_taken` or `overloaded`, and then there is none.
   */
  async register(form: RegistrationForm, address: string): Promise<User> {
    const { users, realtime, hasher, invites, limits, clock } = this.#deps;
    await limits.admitRegistration(address);
    const inviteId = await invites.admit(form.invite ?? "");
    await refuseTaken(users, form);
    const passwordDigest = await hasher.hash(form.password);
    const user = await users.create({
      username: form.username,
      email: form.email,
      phone: form.phone ?? "",
      passwordDigest,
      createdAt: clock.now(),
      ...(inviteId !== undefined && { inviteId }),
    });
    // Somebody may have asked for this id just before, and been told that there is nobody.
    realtime.userChanged(user.id);
    return user;
  }
}
