/**
 * What owners do about the accounts of others.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { LastOwnerError } from "../../db/errors.ts";
import type { User, UserId, UserRole, UserStatus } from "../../db/model.ts";
import type { UserQuery, UserStore } from "../../db/users.ts";
import { ChatError } from "../../realtime/errors.ts";
import type { Realtime } from "../../realtime/mod.ts";
import type { SignIns } from "./sign_ins.ts";

const PAGE = 500;

/** What an owner may change. */
export interface PersonPatch {
  readonly status?: UserStatus | undefined;
  readonly role?: UserRole | undefined;
}

/** What owners need. */
export interface PeopleDeps {
  readonly users: UserStore;
  readonly realtime: Pick<Realtime, "accountDisabled" | "userChanged">;
  readonly signIns: SignIns;
  readonly clock: Clock;
}

/** Everybody, for owners. */
export class People {
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /** Accounts in the order of their ids. */
  list(query: UserQuery): Promise<{ readonly users: readonly User[]; readonly hasMore: boolean }> {
    return this.#deps.users.search(query);
  }

  /**
   * Changes status or role; disabling ends all sessions and closes all sockets. Throws `no_such_user`, and
   * `last_owner` where no active owner would be left, unless it is forced.
   */
  async change(
    id: UserId,
    { status, role }: PersonPatch,
    { force = false }: { readonly force?: boolean } = {},
  ): Promise<User> {
    const { users, realtime, signIns, clock } = this.#deps;
    const endsOwner = status === "disabled" || role === "member";
    const patch = { ...(status !== undefined && { status }), ...(role !== undefined && { role }) };
    const user = await asked(users.update(id, { ...patch, keepsOwner: endsOwner && !force }, clock.now()));
    if (user === null) throw new ChatError("no_such_user");
    if (user.status === "disabled") {
      // First, so that sockets close with the reason that is true.
      realtime.accountDisabled(id);
      await signIns.endOthers(id, null);
    }
    realtime.userChanged(id);
    return user;
  }
}

/** What a change comes to; the last owner's is refused in the words of the chat. */
export async function asked<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof LastOwnerError) throw new ChatError("last_owner");
    throw error;
  }
}

/** Whether somebody else than `id` is an active owner. */
export async function hasOtherOwner(users: Pick<UserStore, "search">, id: UserId): Promise<boolean> {
  let afterId = 0;
  while (true) {
    const { users: page, hasMore } = await users.search({
      prefix: "",
      afterId,
      limit: PAGE,
      activeOnly: true,
    });
    if (page.some((user) => user.id !== id && isActiveOwner(user))) return true;
    const last = page.at(-1);
    if (!hasMore || last === undefined) return false;
    afterId = last.id;
  }
}

/** Whether an account may manage others. */
export function isActiveOwner(user: User): boolean {
  return user.role === "owner" && user.status === "active";
}
