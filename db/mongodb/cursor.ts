/**
 * Where a page of conversations ended, as opaque text.
 *
 * @module
 */
import { InvalidCursorError } from "../errors.ts";
import { parseConversationId } from "../model.ts";

/** A place in the list of conversations: newest activity first, then the higher id, compared as text. */
export interface Position {
  readonly updatedAt: number;
  readonly id: string;
}

/** A place in an answer to `sync`, with what its first page settled. */
export interface SyncPosition {
  readonly after: Position | null;
  /** `now` of the first page. */
  readonly now: number;
  /** Only conversations changed at or after; null: all. */
  readonly since: number | null;
  /** Conversations so far of which the client had nothing. */
  readonly fresh: number;
}

/** The last moment that a date can tell, in ms. */
const MAX_TIME = 8_640_000_000_000_000;

/** Whether `one` is listed before `other`: negative, as for `sort`. */
export function comparePositions(one: Position, other: Position): number {
  if (one.updatedAt !== other.updatedAt) return other.updatedAt - one.updatedAt;
  return one.id === other.id ? 0 : one.id > other.id ? -1 : 1;
}

/** Writes a place in the list of conversations. */
export function encodePosition({ updatedAt, id }: Position): string {
  return ["c", encodeNumber(updatedAt), id].join(".");
}

/** Reads it back. Throws {@link InvalidCursorError}. */
export function decodePosition(text: string): Position {
  const [updatedAt, id] = split("c", 2, text);
  return { updatedAt: decodeNumber(updatedAt), id: decodeId(id) };
}

/** Writes a place in an answer to `sync`. */
export function encodeSyncPosition(
  { after, now, since, fresh }: SyncPosition & { readonly after: Position },
): string {
  const numbers = [encodeNumber(now), since === null ? "" : encodeNumber(since), encodeNumber(fresh)];
  return ["s", encodeNumber(after.updatedAt), after.id, ...numbers].join(".");
}

/** Reads it back. Throws {@link InvalidCursorError}. */
export function decodeSyncPosition(text: string): SyncPosition {
  const [updatedAt, id, now, since, fresh] = split("s", 5, text);
  const time = decodeNumber(now);
  if (time > MAX_TIME) throw new InvalidCursorError();
  return {
    after: { updatedAt: decodeNumber(updatedAt), id: decodeId(id) },
    now: time,
    since: since === "" ? null : decodeNumber(since),
    fresh: decodeNumber(fresh),
  };
}

function split(kind: string, count: number, text: string): readonly string[] {
  const [found, ...parts] = text.split(".", count + 2);
  if (found !== kind || parts.length !== count) throw new InvalidCursorError();
  return parts;
}

function encodeNumber(number: number): string {
  return number.toString(36);
}

function decodeNumber(text = ""): number {
  const number = Number.parseInt(text, 36);
  // Writing it again refuses signs, zeros in front, and what parseInt passes over.
  if (!Number.isSafeInteger(number) || number < 0 || encodeNumber(number) !== text) {
    throw new InvalidCursorError();
  }
  return number;
}

function decodeId(text = ""): string {
  if (parseConversationId(text) === null) throw new InvalidCursorError();
  return text;
}
