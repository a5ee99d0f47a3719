/** Sections 3 to 5 of the Autobahn list: reserved bits, reserved opcodes, fragments. */
import { OPCODE } from "../../support/raw_socket.ts";
import { type Case, testCases } from "./cases.ts";
import {
  ANSWERED,
  binary,
  close,
  echo,
  fragments,
  frame,
  joined,
  octets,
  type Part,
  ping,
  text,
} from "./frames.ts";

const { continuation } = OPCODE;
const ECHO = echo();
const [HALF, OTHER_HALF] = [ECHO.slice(0, 20), ECHO.slice(20)];
/** Answered before what follows it breaks the protocol: what is in the same read may be lost with it. */
const FIRST: readonly Part[] = [text(ECHO), ANSWERED];

const RESERVED_BITS: readonly Case[] = [
  ["3.1", "a text with RSV 1", [frame(OPCODE.text, ECHO, { rsv: 1 })], "close 1002", "violation"],
  [
    "3.2",
    "a text, then one with RSV 2, then a ping",
    [...FIRST, frame(OPCODE.text, ECHO, { rsv: 2 }), ping()],
    "echo, close 1002",
    "violation",
  ],
  [
    "3.3",
    "the same with RSV 3, in one chop",
    [...FIRST, joined(frame(OPCODE.text, ECHO, { rsv: 3 }), ping())],
    "echo, close 1002",
    "violation",
  ],
  [
    "3.4",
    "the same with RSV 4, octet by octet",
    [...octets(text(ECHO)), ANSWERED, ...octets(frame(OPCODE.text, ECHO, { rsv: 4 }), ping())],
    "echo, close 1002",
    "violation",
  ],
  ["3.5", "a binary message with RSV 5", [frame(OPCODE.binary, "x", { rsv: 5 })], "close 1002", "violation"],
  ["3.6", "a ping with RSV 6", [frame(OPCODE.ping, "x", { rsv: 6 })], "close 1002", "violation"],
  ["3.7", "a close with RSV 7", [frame(OPCODE.close, "", { rsv: 7 })], "close 1002", "violation"],
];

/** `first` is the first reserved opcode of its kind. */
function reservedOpcodes(section: string, first: number): readonly Case[] {
  return [
    [`${section}.1`, `opcode ${first}`, [frame(first)], "close 1002", "violation"],
    [`${section}.2`, `opcode ${first + 1} with payload`, [frame(first + 1, "x")], "close 1002", "violation"],
    [
      `${section}.3`,
      `a text, opcode ${first + 2}, a ping`,
      [...FIRST, frame(first + 2), ping()],
      "echo, close 1002",
      "violation",
    ],
    [
      `${section}.4`,
      `a text, opcode ${first + 3} with payload, a ping`,
      [...FIRST, frame(first + 3, ECHO), ping()],
      "echo, close 1002",
      "violation",
    ],
    [
      `${section}.5`,
      `a text, opcode ${first + 4} with payload, a ping, octet by octet`,
      [...octets(text(ECHO)), ANSWERED, ...octets(frame(first + 4, ECHO), ping())],
      "echo, close 1002",
      "violation",
    ],
  ];
}

const NOTHING_TO_CONTINUE = [frame(continuation, "non-continuation"), text(ECHO)];
const NOTHING_TO_CONTINUE_YET = [frame(continuation, "non-continuation", { fin: false }), text(ECHO)];
const PING_BETWEEN = [
  frame(OPCODE.text, HALF, { fin: false }),
  ping("between"),
  frame(continuation, OTHER_HALF),
];
const [A = "", B = "", C = "", D = "", E = ""] = [0, 10, 20, 30, 40].map((at) =>
  ECHO.slice(at, at === 40 ? undefined : at + 10)
);
const PINGS_BETWEEN: readonly Part[] = [
  frame(OPCODE.text, A, { fin: false }),
  frame(continuation, B, { fin: false }),
  ping("one"),
  ANSWERED,
  frame(continuation, C, { fin: false }),
  frame(continuation, D, { fin: false }),
  ping("two"),
  frame(continuation, E),
];

const FRAGMENTS: readonly Case[] = [
  [
    "5.1",
    "a ping in fragments",
    [frame(OPCODE.ping, "a", { fin: false }), frame(continuation, "b")],
    "close 1002",
    "violation",
  ],
  [
    "5.2",
    "a pong in fragments",
    [frame(OPCODE.pong, "a", { fin: false }), frame(continuation, "b")],
    "close 1002",
    "violation",
  ],
  ["5.3", "a text in two fragments", fragments(HALF, OTHER_HALF), "echo, close 1000"],
  ["5.4", "the same in one chop", [joined(...fragments(HALF, OTHER_HALF))], "echo, close 1000"],
  ["5.5", "the same, octet by octet", octets(...fragments(HALF, OTHER_HALF)), "echo, close 1000"],
  ["5.6", "a ping between two fragments", PING_BETWEEN, "pong between, echo, close 1000"],
  ["5.7", "the same in one chop", [joined(...PING_BETWEEN)], "pong between, echo, close 1000"],
  ["5.8", "the same, octet by octet", octets(...PING_BETWEEN), "pong between, echo, close 1000"],
  ["5.9", "a continuation of nothing, then a text", NOTHING_TO_CONTINUE, "close 1002", "violation"],
  ["5.10", "the same in one chop", [joined(...NOTHING_TO_CONTINUE)], "close 1002", "violation"],
  ["5.11", "the same, octet by octet", octets(...NOTHING_TO_CONTINUE), "close 1002", "violation"],
  ["5.12", "one that is not final, then a text", NOTHING_TO_CONTINUE_YET, "close 1002", "violation"],
  ["5.13", "the same in one chop", [joined(...NOTHING_TO_CONTINUE_YET)], "close 1002", "violation"],
  ["5.14", "the same, octet by octet", octets(...NOTHING_TO_CONTINUE_YET), "close 1002", "violation"],
  [
    "5.15",
    "a text in two fragments, then a continuation of nothing that is not final",
    [...fragments(HALF, OTHER_HALF), ANSWERED, ...NOTHING_TO_CONTINUE_YET],
    "echo, close 1002",
    "violation",
  ],
  [
    "5.16",
    "a continuation of nothing that is not final, then a text in two fragments, twice",
    Array(2).fill([frame(continuation, "x", { fin: false }), ...fragments(HALF, OTHER_HALF)]).flat(),
    "close 1002",
    "violation",
  ],
  [
    "5.17",
    "the same with a final one",
    Array(2).fill([frame(continuation, "x"), ...fragments(HALF, OTHER_HALF)]).flat(),
    "close 1002",
    "violation",
  ],
  [
    "5.18",
    "a text that begins within another",
    [frame(OPCODE.text, HALF, { fin: false }), text(ECHO)],
    "close 1002",
    "violation",
  ],
  ["5.19", "five fragments with two pings", PINGS_BETWEEN, "pong one, pong two, echo, close 1000"],
  [
    "5.20",
    "the same, octet by octet",
    PINGS_BETWEEN.flatMap((part): readonly Part[] => part === ANSWERED ? [part] : octets(part)),
    "pong one, pong two, echo, close 1000",
  ],
  [
    "RFC 5.4",
    "a close between two fragments",
    [frame(OPCODE.text, HALF, { fin: false }), close(1_000), frame(continuation, OTHER_HALF)],
    "close 1000",
  ],
  [
    "RFC 5.4",
    "a binary message that begins within a text",
    [frame(OPCODE.text, HALF, { fin: false }), binary("x")],
    "close 1002",
    "violation",
  ],
];

testCases("Framing: reserved bits", RESERVED_BITS);
testCases("Framing: reserved opcodes", [...reservedOpcodes("4.1", 3), ...reservedOpcodes("4.2", 11)]);
testCases("Framing: fragments", FRAGMENTS);
testCases("Framing: masks", [[
  "RFC 5.1",
  "a text without a mask",
  [frame(OPCODE.text, ECHO, { masked: false })],
  "close 1002",
  "unmasked",
]]);
