/** Sections 1 and 2 of the Autobahn list: messages of every length, pings and pongs. */
import { type Case, testCases } from "./cases.ts";
import { binary, bytes, echo, octets, pieces, ping, pong, text } from "./frames.ts";

const LENGTHS = [125, 126, 127, 128, 65_535, 65_536];
const TEN_PINGS = Array.from({ length: 10 }, (_, n) => `payload-${n}`);
const TEN_PONGS = TEN_PINGS.map((payload) => `pong ${payload}`).join(", ");
const NO_TEXT = bytes(0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff);
const LONGEST = new Uint8Array(125).fill(0xfe);

const MESSAGES: readonly Case[] = [
  ["1.1.1", "an empty text", [text("")], "error 400, close 1000"],
  ...LENGTHS.map((length, at): Case => [
    `1.1.${at + 2}`,
    `a text of ${length} bytes`,
    [text(echo(length))],
    "echo, close 1000",
  ]),
  [
    "1.1.8",
    "a text of 65536 bytes in chops of 997 octets",
    pieces(text(echo(65_536)), 997),
    "echo, close 1000",
  ],
  ["1.2.1", "an empty binary message", [binary("")], "error 400, close 1000"],
  ...LENGTHS.map((length, at): Case => [
    `1.2.${at + 2}`,
    `a binary message of ${length} bytes`,
    [binary(new Uint8Array(length).fill(0xfe))],
    "error 400, close 1000",
  ]),
  [
    "1.2.8",
    "a binary message of 65536 bytes in chops of 997 octets",
    pieces(binary(new Uint8Array(65_536).fill(0xfe)), 997),
    "error 400, close 1000",
  ],
];

const PINGS: readonly Case[] = [
  ["2.1", "a ping without payload", [ping()], "pong, close 1000"],
  ["2.2", "a ping with text", [ping("Hello, world!")], "pong Hello, world!, close 1000"],
  ["2.3", "a ping with what is no text", [ping(NO_TEXT)], `${pongOf(NO_TEXT)}, close 1000`],
  ["2.4", "a ping of 125 bytes", [ping(LONGEST)], `${pongOf(LONGEST)}, close 1000`],
  ["2.5", "a ping of 126 bytes", [ping(new Uint8Array(126).fill(0xfe))], "close 1002", "violation"],
  ["2.6", "a ping of 125 bytes, octet by octet", octets(ping(LONGEST)), `${pongOf(LONGEST)}, close 1000`],
  ["2.7", "a pong that nobody asked for", [pong()], "close 1000"],
  ["2.8", "the same with payload", [pong("unsolicited")], "close 1000"],
  ["2.9", "the same, then a ping", [pong("unsolicited"), ping("asked")], "pong asked, close 1000"],
  ["2.10", "ten pings in a row", TEN_PINGS.map(ping), `${TEN_PONGS}, close 1000`],
  ["2.11", "the same, octet by octet", octets(...TEN_PINGS.map(ping)), `${TEN_PONGS}, close 1000`],
];

testCases("Framing: messages of every length", MESSAGES);
testCases("Framing: pings and pongs", PINGS);

function pongOf(payload: Uint8Array): string {
  return `pong ${String.fromCharCode(...payload)}`;
}
