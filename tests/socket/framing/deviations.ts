/**
 * Where the runtime's sockets do other than RFC 6455 asks. All of it is in SECURITY.md in the same words.
 *
 * @module
 */

/** What the RFC asks at the end of a case, and what comes instead. */
export interface Deviation {
  readonly what: string;
  readonly asked: string;
  readonly comes: string;
}

/** All there are. What is no longer so after an update of the runtime goes from here and from SECURITY.md. */
export const DEVIATIONS = {
  violation: {
    what:
      "a frame that breaks the protocol: reserved bits or opcodes, a control frame in fragments or of more " +
      "than 125 bytes, a continuation of nothing, a new message within another, a close frame of one byte",
    asked: "close 1002",
    comes: "cut",
  },
  badText: {
    what: "text, or the reason of a close, that is not UTF-8",
    asked: "close 1007",
    comes: "cut",
  },
  longClose: {
    what: "a close frame of more than 125 bytes",
    asked: "close 1002",
    comes: `close 1000 ${"*".repeat(124)}`,
  },
  unmasked: {
    what: "a frame of a client that is not masked",
    asked: "close 1002",
    comes: "echo, close 1000",
  },
} as const satisfies Readonly<Record<string, Deviation>>;
