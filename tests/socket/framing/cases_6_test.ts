/** Section 6 of the Autobahn list: text is UTF-8, in whatever fragments it comes. */
import { OPCODE } from "../../support/raw_socket.ts";
import { TRANSPORT } from "../../support/server.ts";
import { type Case, testCases } from "./cases.ts";
import { ANSWERED, bytes, echo, echoOf, fragments, frame, joined, octets, pieces, text } from "./frames.ts";
import { INVALID, KOSME, VALID } from "./utf8.ts";

const HELLO = "Hello-µ@ßöäüàá-UTF-8!!";
const SURROGATE = joined(KOSME, bytes(0xed, 0xa0, 0x80), "edited");

/** Invalid from its last byte but two on, which is where a code point passes U+10FFFF. */
const BEGINNING = joined('{"type":"heartbeat","id":"', KOSME, bytes(0xf4));
const MIDDLE = bytes(0x90);
const END = joined(bytes(0x80, 0x80), 'edited"}');

const ECHO = echo();
const SPLIT_HELLO_AT = joined('{"type":"heartbeat","id":"', HELLO.slice(0, 11)).length;
const HELLO_ECHO = echoOf(HELLO);

const FRAGMENTED: readonly Case[] = [
  ["6.1.1", "an empty text", [text("")], "error 400, close 1000"],
  ["6.1.2", "three empty fragments", fragments("", "", ""), "error 400, close 1000"],
  ["6.1.3", "a text between two empty fragments", fragments("", ECHO, ""), "echo, close 1000"],
  ["6.2.1", "a text", [text(HELLO_ECHO)], `echo ${HELLO}, close 1000`],
  [
    "6.2.2",
    "the same in two fragments, between two code points",
    fragments(HELLO_ECHO.subarray(0, SPLIT_HELLO_AT), HELLO_ECHO.subarray(SPLIT_HELLO_AT)),
    `echo ${HELLO}, close 1000`,
  ],
  [
    "6.2.3",
    "the same in fragments of one byte",
    fragments(...pieces(HELLO_ECHO, 1)),
    `echo ${HELLO}, close 1000`,
  ],
  [
    "6.2.4",
    "another one in fragments of one byte",
    fragments(...pieces(echoOf(KOSME), 1)),
    `echo ${new TextDecoder().decode(KOSME)}, close 1000`,
  ],
  ["6.3.1", "a surrogate within a text", [text(echoOf(SURROGATE))], "close 1007", "badText"],
  [
    "6.3.2",
    "the same in fragments of one byte",
    fragments(...pieces(echoOf(SURROGATE), 1)),
    "close 1007",
    "badText",
  ],
];

/** A frame of which a part is written at a time. */
const WHOLE = text(joined(BEGINNING, MIDDLE, END));
const HEAD = WHOLE.length - MIDDLE.length - END.length;

/** That the rest of the message does not follow shows whether the server waits for it. */
const FAST: readonly Case[] = [
  [
    "6.4.1",
    "three fragments, of which the second is not UTF-8 by itself, and the third is never sent",
    [
      frame(OPCODE.text, BEGINNING.subarray(0, -1), { fin: false }),
      frame(OPCODE.continuation, joined(bytes(0xf4), MIDDLE, bytes(0x80, 0x80)), { fin: false }),
    ],
    "close 1007",
    "earlyText",
  ],
  [
    "6.4.2",
    "the same, split within the code point",
    [
      frame(OPCODE.text, BEGINNING, { fin: false }),
      frame(OPCODE.continuation, MIDDLE, { fin: false }),
    ],
    "close 1007",
    "earlyText",
  ],
];

/** Not strict in the list's words: a frame is judged when all of it came. */
const CHOPPED: readonly Case[] = [
  ["6.4.3", "one frame in three chops", pieces(WHOLE, HEAD), "close 1007", "badText"],
  ["6.4.4", "the same, octet by octet", octets(WHOLE), "close 1007", "badText"],
];

testCases("Framing: UTF-8 in fragments", FRAGMENTED);
testCases("Framing: a fragment that is not UTF-8 ends the connection before the message does", FAST, {
  // Whoever waits for the rest is told that it does not come.
  closes: TRANSPORT === "hardened",
});
testCases("Framing: a frame that is not UTF-8, in chops", CHOPPED);
testCases(
  "Framing: what is UTF-8",
  VALID.map(([number, sequence]): Case => {
    const told = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(sequence);
    // U+0000 may be in no JSON text as it is, and a message with it is refused as one.
    const comes = told === "\0" ? "error 400" : `echo ${told}`;
    return [number, describe(sequence), [text(echoOf(sequence))], `${comes}, close 1000`];
  }),
);
testCases(
  "Framing: what is not UTF-8",
  INVALID.map(([number, sequence]): Case => [
    number,
    describe(sequence),
    [text(echo()), ANSWERED, text(echoOf(sequence))],
    "echo, close 1007",
    "badText",
  ]),
);

function describe(sequence: Uint8Array): string {
  return [...sequence].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
