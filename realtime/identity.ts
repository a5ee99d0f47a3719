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
  /** Null for an identity that debug mode took from the query; no more than its id, as thousands are kept. */
  readonly session: Pick<Session, "id"> | null;
  readonly language: Language;
}
