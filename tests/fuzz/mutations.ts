/**
 * Right inputs with some bytes otherwise: what a broken line, a broken disk or an attacker makes of them.
 *
 * @module
 */
import fc from "fast-check";

/** Bytes on which readers stumble: ends, escapes, signs of length, halves of characters. */
const MAGIC = [
  0x00,
  0x0a,
  0x0d,
  0x20,
  0x22,
  0x25,
  0x3a,
  0x5b,
  0x5c,
  0x7b,
  0x7f,
  0x80,
  0xc0,
  0xed,
  0xfe,
  0xff,
];

/** One change at a place, told as a part of the whole length. */
interface Change {
  readonly kind: "flip" | "put" | "cut" | "double" | "insert" | "end";
  readonly place: number;
  readonly length: number;
  readonly byte: number;
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("flip", "put", "cut", "double", "insert", "end"),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 1, max: 64 }),
  byte: fc.oneof(fc.constantFrom(...MAGIC), fc.integer({ min: 0, max: 255 })),
});

/** One of `wholes` with up to six changes; now and then none. */
export function mutated(wholes: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...wholes), fc.array(change, { maxLength: 6 }))
    .map(([whole, changes]) => changes.reduce(apply, whole));
}

function apply(bytes: Uint8Array, { kind, place, length, byte }: Change): Uint8Array {
  const at = Math.floor(place * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (kind) {
    case "flip":
      return bytes.map((old, index) => index === at ? old ^ (1 << (byte % 8)) : old);
    case "put":
      return bytes.map((old, index) => index === at ? byte : old);
    case "cut":
      return joined(before, after.subarray(length));
    case "double":
      return joined(before, after.subarray(0, length), after);
    case "insert":
      return joined(before, new Uint8Array(length).fill(byte), after);
    case "end":
      return before;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
