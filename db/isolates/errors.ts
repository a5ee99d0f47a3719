/**
 * The errors of stores, carried from one isolate to another.
 *
 * @module
 */
import {
  EmailTakenError,
  IdReusedError,
  InvalidCursorError,
  InviteInvalidError,
  LastOwnerError,
  StoreRefusedError,
  StoreUnavailableError,
  UsernameTakenError,
} from "../errors.ts";
import type { ErrorForms, PackedError } from "./link.ts";

const CLASSES = new Map<string, new (text: string) => Error>([
  ["StoreUnavailableError", StoreUnavailableError],
  ["StoreRefusedError", StoreRefusedError],
  ["UsernameTakenError", UsernameTakenError],
  ["EmailTakenError", EmailTakenError],
  ["InviteInvalidError", InviteInvalidError],
  ["IdReusedError", IdReusedError],
  ["LastOwnerError", LastOwnerError],
  ["InvalidCursorError", InvalidCursorError],
]);

/** Those of `db/errors.ts` keep their class; every other becomes an `Error` with its message. */
export const STORE_ERRORS: ErrorForms = {
  pack(error): PackedError {
    if (!(error instanceof Error)) return { name: "Error", message: String(error) };
    return { name: error.name, message: error.message };
  },
  unpack({ name, message }): Error {
    const error = new (CLASSES.get(name) ?? Error)("");
    // Some make their sentence of a name, and this is the whole sentence.
    error.message = message;
    return error;
  },
};
