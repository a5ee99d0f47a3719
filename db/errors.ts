/**
 * What a store may fail with; callers catch these and nothing else.
 *
 * @module
 */

/** The store cannot answer now (down, locked, disk full, timed out): nothing counts as stored, try again later. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

/** The store cannot be used at all; the start ends with this sentence. */
export class StoreRefusedError extends Error {
  override readonly name = "StoreRefusedError";
}

/** Another account has the name. */
export class UsernameTakenError extends Error {
  override readonly name = "UsernameTakenError";
  constructor(username: string) {
    super(`Cannot register "${username}": the username is taken`);
  }
}

/** Another account has the e-mail address. */
export class EmailTakenError extends Error {
  override readonly name = "EmailTakenError";
  constructor(email: string) {
    super(`Cannot register "${email}": the e-mail address is taken`);
  }
}

/** The invite is unknown, used up or expired. */
export class InviteInvalidError extends Error {
  override readonly name = "InviteInvalidError";
  constructor() {
    super("Cannot register: the invite is unknown, used up or expired");
  }
}

/** Nobody else is an active owner. */
export class LastOwnerError extends Error {
  override readonly name = "LastOwnerError";
  constructor() {
    super("Cannot change the account: it is the only active owner");
  }
}

/** The sender used this client id for another message. */
export class IdReusedError extends Error {
  override readonly name = "IdReusedError";
  constructor(clientId: string) {
    super(`Cannot store "${clientId}": the id was used for another recipient or content`);
  }
}

/** The text given as a page's beginning was not handed out by this store. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
  constructor() {
    super("Cannot read on: the cursor is not one that this store handed out");
  }
}
