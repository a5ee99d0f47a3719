/**
 * What people change of themselves.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import type { Account, User, UserId } from "../../db/model.ts";
import type { UserPatch, UserStore } from "../../db/users.ts";
import { ChatError, ERRORS, type Sentence } from "../../realtime/errors.ts";
import type { Realtime } from "../../realtime/mod.ts";
import type { PasswordForm, ProfileForm } from "./forms.ts";
import type { Hasher } from "./hash_pool.ts";
import { passwordFault } from "./password.ts";
import type { PasswordCheck } from "./password_check.ts";
import type { SignedIn, SignIns } from "./sign_ins.ts";
import { refuseTaken } from "./taken.ts";

/** What changing oneself takes. */
export interface ProfilesDeps {
  readonly mode: "debug" | "release";
  readonly users: UserStore;
  readonly realtime: Pick<Realtime, "userChanged">;
  readonly hasher: Hasher;
  readonly check: PasswordCheck;
  readonly signIns: SignIns;
  readonly clock: Clock;
}

const REQUIRED: Sentence = { en: "Is needed for this change", zh: "此修改需要密码" };

/** Changes accounts for those they belong to. */
export class Profiles {
  readonly #deps: ProfilesDeps;

  constructor(deps: ProfilesDeps) {
    this.#deps = deps;
  }

  /**
   * Changes names and other data. A new username or e-mail address needs the password. Throws `invalid_fields`,
   * `wrong_password`, `username_taken`, `email_taken`, `no_such_user`, `rate_limited` or `overloaded`.
   */
  async update(userId: UserId, form: ProfileForm, address: string): Promise<User> {
    const { users, realtime, clock } = this.#deps;
    const account = await this.#account(userId);
    const { password, ...rest } = form;
    const patch = changes(account, rest);
    if (patch.username !== undefined || patch.email !== undefined) {
      if (password === undefined) throw new ChatError("invalid_fields", { fields: { password: REQUIRED } });
      await this.#prove(account, password, { field: "password", address });
      await refuseTaken(users, patch, userId);
    }
    if (Object.keys(patch).length === 0) return account;
    const user = await users.update(userId, patch, clock.now());
    if (user === null) throw new ChatError("no_such_user");
    realtime.userChanged(userId);
    return user;
  }

  /** Sets a new password and ends all other sessions. Throws as {@link Profiles.update} does. */
  async changePassword({ user, session }: SignedIn, form: PasswordForm, address: string): Promise<void> {
    const { mode, users, hasher, signIns, clock } = this.#deps;
    const account = await this.#account(user.id);
    const fault = passwordFault(form.new_password, {
      mode,
      username: account.username,
      email: account.email,
    });
    if (fault !== null) throw new ChatError("invalid_fields", { fields: { new_password: fault } });
    await this.#prove(account, form.old_password, { field: "old_password", address });
    const passwordDigest = await hasher.hash(form.new_password);
    const patch = { passwordDigest, passwordDigestWas: account.passwordDigest };
    // Somebody was faster: the password that was given is the old one no more.
    if (await users.update(user.id, patch, clock.now()) === null) throw wrongPassword("old_password");
    await signIns.endOthers(user.id, session.id);
  }

  async #account(userId: UserId): Promise<Account> {
    const account = await this.#deps.users.find({ id: userId });
    if (account === null) throw new ChatError("no_such_user");
    return account;
  }

  async #prove(
    account: Account,
    password: string,
    { field, address }: { readonly field: string; readonly address: string },
  ): Promise<void> {
    if (await this.#deps.check.matches(account, { password, login: account.username, address })) return;
    throw wrongPassword(field);
  }
}

function wrongPassword(field: string): ChatError {
  return new ChatError("wrong_password", { fields: { [field]: ERRORS.wrong_password.text } });
}

/** What of the form differs from the account. */
function changes(account: Account, form: Omit<ProfileForm, "password">): UserPatch {
  const { username, email, phone, avatar } = form;
  return {
    ...(username !== undefined && username !== account.username && { username }),
    ...(email !== undefined && email !== account.email && { email }),
    ...(phone !== undefined && phone !== account.phone && { phone }),
    ...(avatar !== undefined && avatar !== account.avatar && { avatar }),
  };
}
