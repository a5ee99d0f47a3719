/**
 * Every error that isolates tell apart, carried from one to another.
 *
 * @module
 */
import { StoreRefusedError } from "../../db/errors.ts";
import { STORE_ERRORS } from "../../db/isolates/errors.ts";
import type { ErrorForms, PackedError } from "../../db/isolates/link.ts";
import { ChatError, type ErrorCode, type ErrorDetails } from "../../realtime/mod.ts";
import { SettingsError } from "../server/settings_error.ts";

/** Those of stores, refusals of the chat, and what ends a start. */
export const ERRORS: ErrorForms = {
  pack(error): PackedError {
    if (!(error instanceof ChatError)) return STORE_ERRORS.pack(error);
    return { name: error.name, message: error.message, details: [error.code, error.details] };
  },
  unpack(packed): Error {
    if (packed.name === "SettingsError") return new SettingsError(packed.message);
    if (packed.name !== "ChatError") return STORE_ERRORS.unpack(packed);
    const [code, details] = packed.details as readonly [ErrorCode, ErrorDetails];
    return new ChatError(code, details);
  },
};

/** Whether the sentence of an error says all that an operator needs to know of a start that failed. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof StoreRefusedError;
}
