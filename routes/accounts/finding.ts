/**
 * Whom somebody means who runs a command.
 *
 * @module
 */
import { type Account, isUserId } from "../../db/model.ts";
import type { UserStore } from "../../db/users.ts";
import { ChatError } from "../../realtime/mod.ts";

/**
 * The account with this name or e-mail address, or else with this number: a name may be a number. Throws
 * `no_such_user`.
 */
export async function findAccount(users: Pick<UserStore, "find">, who: string): Promise<Account> {
  const named = await users.find({ login: who });
  if (named !== null) return named;
  const id = /^[1-9][0-9]*$/.test(who) ? Number(who) : 0;
  const numbered = isUserId(id) ? await users.find({ id }) : null;
  if (numbered === null) throw new ChatError("no_such_user");
  return numbered;
}
