/**
 * Byte sequences by their numbers in the Autobahn list, which has them of Markus Kuhn's stress test for decoders.
 *
 * @module
 */
import { bytes, joined } from "./frames.ts";

/** A number, and the bytes. */
export type Sequence = readonly [number: string, sequence: Uint8Array];

/** The word κόσμε, its second letter in three bytes. */
export const KOSME: Uint8Array = Uint8Array.fromHex("cebae1bdb9cf83cebcceb5");
/** How many bytes of it make whole code points. */
const KOSME_PREFIXES = [2, 5, 7, 9, 11];

/** Two of each plane, which stand for no character and are UTF-8 all the same. */
const NONCHARACTERS = Array.from({ length: 17 }, (_, plane) => [plane << 16 | 0xfffe, plane << 16 | 0xffff])
  .flat().map((point) => joined(String.fromCodePoint(point)));

/** What is UTF-8. */
export const VALID: readonly Sequence[] = [
  ...section(
    "6.5",
    joined("hello$world"),
    joined("hello\u00a2world"),
    joined("hello\u20acworld"),
    joined("hello\u{24b62}world"),
    KOSME,
  ),
  ...KOSME_PREFIXES.map((length): Sequence => [`6.6.${length}`, KOSME.subarray(0, length)]),
  ...section("6.7", bytes(0x00), ...hex("c280", "e0a080", "f0908080")),
  ...section("6.9", ...hex("7f", "dfbf", "efbfbf", "f48fbfbf")),
  ...section("6.11", ...hex("ed9fbf", "ee8080", "efbfbd", "f48fbfbf")),
  ...section("6.22", ...NONCHARACTERS),
  ...section("6.23", ...hex("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf")),
];

/** Without their last byte, the shortest and the longest of each length. */
const CUT_SHORT = hex(
  "c0",
  "e080",
  "f08080",
  "f8808080",
  "fc80808080",
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
);
/** From one to the other, each with a space behind it. */
const LONELY: readonly (readonly [number, number])[] = [
  [0xc0, 0xdf],
  [0xe0, 0xef],
  [0xf0, 0xf7],
  [0xf8, 0xfb],
  [0xfc, 0xfd],
];

/** What is not. */
export const INVALID: readonly Sequence[] = [
  ...[1, 3, 4, 6, 8, 10].map((length): Sequence => [`6.6.${length}`, KOSME.subarray(0, length)]),
  ...section("6.8", ...hex("f888808080", "fc8480808080")),
  ...section("6.10", ...hex("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf")),
  ["6.11.5", bytes(0xf4, 0x90, 0x80, 0x80)],
  ...section(
    "6.12",
    ...hex("80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf"),
    range(0x80, 0xbf),
  ),
  ...section(
    "6.13",
    ...LONELY.map(([from, to]) => bytes(...[...range(from, to)].flatMap((one) => [one, 32]))),
  ),
  ...section("6.14", ...CUT_SHORT),
  ["6.15.1", joined(...CUT_SHORT)],
  ...section("6.16", ...hex("fe", "ff", "fefeffff")),
  ...section("6.17", ...hex("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af")),
  ...section("6.18", ...hex("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf")),
  ...section("6.19", ...hex("c080", "e08080", "f0808080", "f880808080", "fc8080808080")),
  ...section("6.20", ...hex("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf")),
  ...section(
    "6.21",
    ...["eda080", "edadbf", "edae80", "edafbf"].flatMap((high) => hex(`${high}edb080`, `${high}edbfbf`)),
  ),
];

function section(number: string, ...sequences: readonly Uint8Array[]): Sequence[] {
  return sequences.map((sequence, at) => [`${number}.${at + 1}`, sequence]);
}

function hex(...texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Uint8Array.fromHex(text));
}

/** All bytes from one to another. */
function range(from: number, to: number): Uint8Array {
  return bytes(...Array.from({ length: to - from + 1 }, (_, at) => from + at));
}
