/**
 * Telling at once which of several wanted names others have.
 *
 * @module
 */
import type { UserId } from "../../db/model.ts";
import { emailKey, nameKey, type UserStore } from "../../db/users.ts";
import { ChatError, ERRORS, type Sentence } from "../../realtime/errors.ts";

/** The names an account wants. */
export interface WantedNames {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Throws `username_taken` or `email_taken`, with a field for each that somebody but `self` has. The store decides
 * in the end; this spares a hash and lets the person mend both fields in one go.
 */
export async function refuseTaken(
  users: Pick<UserStore, "find">,
  { username, email }: WantedNames,
  self: UserId | null = null,
): Promise<void> {
  const fields: Record<string, Sentence> = {};
  if (username !== undefined) {
    const owner = await users.find({ login: username });
    // A login also finds e-mail addresses, which are no usernames.
    if (owner !== null && owner.id !== self && nameKey(owner.username) === nameKey(username)) {
      fields["username"] = ERRORS.username_taken.text;
    }
  }
  if (email !== undefined) {
    const owner = await users.find({ login: email });
    if (owner !== null && owner.id !== self && emailKey(owner.email) === emailKey(email)) {
      fields["email"] = ERRORS.email_taken.text;
    }
  }
  if ("username" in fields) throw new ChatError("username_taken", { fields });
  if ("email" in fields) throw new ChatError("email_taken", { fields });
}
