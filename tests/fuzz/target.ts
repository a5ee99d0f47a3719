/**
 * What is fed: a part of the program that reads what others made.
 *
 * @module
 */
import type fc from "fast-check";

/** What a target is given. */
export type Input = string | Uint8Array;

/** A target, ready. */
export interface OpenTarget extends AsyncDisposable {
  /** Gives it some inputs, each by itself. Rejects with what is wrong when one is not taken or refused as documented. */
  feed(inputs: readonly Input[]): Promise<void>;
  /** The status that bytes are answered with; null: the end of the connection, or nothing. Absent: it answers none. */
  status?(input: Input): Promise<number | null>;
  /** What whoever reads keeps in memory, in MiB. */
  memory(): Promise<number>;
}

/** A kind of input, and who reads it. */
export interface Target {
  readonly name: string;
  /** Its part of all inputs. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Input>;
  open(): Promise<OpenTarget>;
}

/** Bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * What this process keeps, in MiB: its heap, and buffers beside it, once the garbage is gone, most of which is of those who make the inputs.
 * Without `--v8-flags=--expose-gc` the garbage is in it.
 */
export function ownMemory(): Promise<number> {
  const { gc } = globalThis as { readonly gc?: () => void };
  gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  return Promise.resolve((heapUsed + external) / 1_048_576);
}
