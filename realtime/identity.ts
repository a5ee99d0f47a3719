/**
 * Who somebody is.
 *
 * @module
 */
import type { Session, UserId } from "../db/model.ts";
import type { Language } from "./errors.ts";

/** Who is behind a request or a socket, established before anything is done for them. */
export interface Identity {
  readonly userId: UserId;
  readonly username: string;
  /** Null for an identity that debug mode took from the query. */
  readonly session: Session | null;
  readonly language: Language;
}
