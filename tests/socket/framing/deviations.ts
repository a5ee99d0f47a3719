/**
 * Where sockets do other than RFC 6455 asks. All of it is in SECURITY.md in the same words.
 *
 * @module
 */

/** What the RFC asks at the end of a case, and what comes instead. */
export interface Deviation {
  readonly what: string;
  readonly asked: string;
  readonly comes: string;
  /** What comes with CHAT_TRANSPORT=hardened; absent: what the RFC asks. */
  readonly hardened?: string;
}

/** What is no longer so after an update of the runtime goes from here and from SECURITY.md. */
const ALL = {
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
  earlyText: {
    what: "a fragment of a text that is not UTF-8, before the rest of the message",
    asked: "close 1007",
    comes: "cut",
    hardened: "close 1000",
  },
  longClose: {
    what: "a close frame of more than 125 bytes",
    asked: "close 1002",
    comes: `close 1000 ${"*".repeat(124)}`,
  },
  registered: {
    what: "a close with the code 1014, which was registered after the RFC",
    asked: "close 1002",
    comes: "close 1002",
    hardened: "close 1014",
  },
  unmasked: {
    what: "a frame of a client that is not masked",
    asked: "close 1002",
    comes: "echo, close 1000",
  },
} satisfies Readonly<Record<string, Deviation>>;

/** All there are, by name. */
export const DEVIATIONS: Readonly<Record<keyof typeof ALL, Deviation>> = ALL;
