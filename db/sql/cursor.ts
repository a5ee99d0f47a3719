/**
 * Where a page of conversations ended, as opaque text.
 *
 * @module
 */
import { InvalidCursorError } from "../errors.ts";

/** A place in the list of conversations: newest activity first, then the higher key. */
export interface Position {
  readonly updatedAt: number;
  readonly key: number;
}

/** A place in an answer to `sync`, with what its first page settled. */
export interface SyncPosition extends Position {
  /** `now` of the first page. */
  readonly now: number;
  /** Only conversations changed at or after; null: all. */
  readonly since: number | null;
  /** Conversations so far of which the client had nothing. */
  readonly fresh: number;
}

/** The last moment that a date can tell, in ms. */
const MAX_TIME = 8_640_000_000_000_000;

/** Before everything. */
export const START: Position = { updatedAt: Number.MAX_SAFE_INTEGER, key: Number.MAX_SAFE_INTEGER };

/** Writes a place in the list of conversations. */
export function encodePosition(position: Position): string {
  return encode("c", [position.updatedAt, position.key]);
}

/** Reads it back. Throws {@link InvalidCursorError}. */
export function decodePosition(text: string): Position {
  const [updatedAt, key] = decode("c", 2, text);
  return { updatedAt: given(updatedAt), key: given(key) };
}

/** Writes a place in an answer to `sync`. */
export function encodeSyncPosition(position: SyncPosition): string {
  const { updatedAt, key, now, since, fresh } = position;
  return encode("s", [updatedAt, key, now, since, fresh]);
}

/** Reads it back. Throws {@link InvalidCursorError}. */
export function decodeSyncPosition(text: string): SyncPosition {
  const [updatedAt, key, now, since, fresh] = decode("s", 5, text);
  if (given(now) > MAX_TIME) throw new InvalidCursorError();
  return {
    updatedAt: given(updatedAt),
    key: given(key),
    now: given(now),
    since: since ?? null,
    fresh: given(fresh),
  };
}

function encode(kind: string, numbers: readonly (number | null)[]): string {
  return [kind, ...numbers.map((number) => number?.toString(36) ?? "")].join(".");
}

function decode(kind: string, count: number, text: string): (number | null)[] {
  const [found, ...parts] = text.split(".", count + 2);
  if (found !== kind || parts.length !== count) throw new InvalidCursorError();
  return parts.map((part) => {
    if (part === "") return null;
    const number = Number.parseInt(part, 36);
    // Writing it again refuses signs, zeros in front, and what parseInt passes over.
    if (!Number.isSafeInteger(number) || number < 0 || number.toString(36) !== part) {
      throw new InvalidCursorError();
    }
    return number;
  });
}

function given(number: number | null | undefined): number {
  if (number === null || number === undefined) throw new InvalidCursorError();
  return number;
}
