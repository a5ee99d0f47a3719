/** Sections 7 and 10 of the Autobahn list: how connections are closed, and long messages in many fragments. */
import { OPCODE } from "../../support/raw_socket.ts";
import { type Case, testCases } from "./cases.ts";
import { bytes, close, echo, fragments, frame, joined, pieces, ping, text } from "./frames.ts";

const ECHO = echo();
const [HALF, OTHER_HALF] = [ECHO.slice(0, 20), ECHO.slice(20)];
const LONGEST_REASON = "*".repeat(123);
const NO_UTF8 = bytes(0xce, 0xba, 0xed, 0xa0, 0x80);

const CLOSING: readonly Case[] = [
  ["7.1.1", "a text, then a close", [text(ECHO), close(1_000)], "echo, close 1000"],
  ["7.1.2", "two closes", [close(1_000), close(1_000)], "close 1000"],
  ["7.1.3", "a ping after the close", [close(1_000), ping()], "close 1000"],
  ["7.1.4", "a text after the close", [close(1_000), text(ECHO)], "close 1000"],
  [
    "7.1.5",
    "a fragment, a close, the last fragment",
    [frame(OPCODE.text, HALF, { fin: false }), close(1_000), frame(OPCODE.continuation, OTHER_HALF)],
    "close 1000",
  ],
  [
    "7.1.6",
    "a text of 128 KiB, the most we take, a text, a close, a ping",
    [text(echo(131_072)), text(ECHO), close(1_000), ping()],
    "echo, echo, close 1000",
  ],
  ["7.3.1", "a close without payload", [close(bytes())], "close"],
  ["7.3.2", "a close of one byte", [close(bytes(3))], "close 1002", "violation"],
  ["7.3.3", "a close with a code", [close(1_000)], "close 1000"],
  ["7.3.4", "a close with a code and a reason", [close(1_000, "Hello World!")], "close 1000 Hello World!"],
  [
    "7.3.5",
    "a close with a reason of 123 bytes",
    [close(1_000, LONGEST_REASON)],
    `close 1000 ${LONGEST_REASON}`,
  ],
  ["7.3.6", "a close of 126 bytes", [close(1_000, `${LONGEST_REASON}*`)], "close 1002", "longClose"],
  ["7.5.1", "a reason that is not UTF-8", [close(joined(bytes(3, 232), NO_UTF8))], "close 1007", "badText"],
];

const GOOD_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const BAD_CODES = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
/** In the registry of IANA, or refused there. */
const LATER_CODES: readonly (readonly [number, string])[] = [
  [1012, "close 1012"],
  [1013, "close 1013"],
  [1015, "close 1002"],
];

const CODES: readonly Case[] = [
  ...GOOD_CODES.map((code, at): Case => [
    `7.7.${at + 1}`,
    `the code ${code}`,
    [close(code)],
    `close ${code}`,
  ]),
  ...BAD_CODES.map((code, at): Case => [
    `7.9.${at + 1}`,
    `the code ${code}`,
    [close(code)],
    "close 1002",
  ]),
  ...LATER_CODES.map(([code, expected]): Case => ["RFC 7.4", `the code ${code}`, [close(code)], expected]),
  ["RFC 7.4", "the code 1014", [close(1_014)], "close 1002", "registered"],
  ["7.13.1", "the code 5000", [close(5_000)], "close 1002"],
  ["7.13.2", "the code 65535", [close(65_535)], "close 1002"],
];

testCases("Framing: closing", CLOSING, { closes: false });
testCases("Framing: close codes", CODES, { closes: false });
testCases("Framing: 65536 bytes in fragments of 1300", [
  ["10.1.1", "all of them", fragments(...pieces(joined(echo(65_536)), 1_300)), "echo, close 1000"],
]);
