/**
 * The closed set of reasons for which this server closes a socket.
 *
 * 4000-4499: the client reconnects. 4500-4999: it does not, until a person acts.
 *
 * @module
 */

/** Every close: its number, the word sent with it, and whether a client should come back. */
export const CLOSE = {
  goingAway: { code: 1001, reason: "going away", reconnect: true },
  tooBig: { code: 1009, reason: "message too big", reconnect: true },
  restart: { code: 1012, reason: "restart", reconnect: true },
  overloaded: { code: 1013, reason: "overloaded", reconnect: true },
  protocol: { code: 4400, reason: "protocol errors", reconnect: true },
  silent: { code: 4408, reason: "silent", reconnect: true },
  slow: { code: 4413, reason: "slow, resync", reconnect: true },
  tooFast: { code: 4429, reason: "too fast", reconnect: true },
  sessionEnded: { code: 4501, reason: "session ended", reconnect: false },
  accountDisabled: { code: 4503, reason: "account disabled", reconnect: false },
  replaced: { code: 4509, reason: "replaced by a newer connection", reconnect: false },
} as const;

/** One entry of {@link CLOSE}. */
export type CloseReason = (typeof CLOSE)[keyof typeof CLOSE];
