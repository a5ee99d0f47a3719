/**
 * The bounds that clients and operators may notice, in one place; those of one part alone stand in its file.
 *
 * @module
 */

/** A token bucket: `rate` a second, up to `burst` at once. A rate of 0 switches it off. */
export interface Rate {
  readonly rate: number;
  readonly burst: number;
}

/** The bounds an operator may set. 0 is off. */
export interface Limits {
  /** Messages of one user: all sockets and POST together. */
  readonly messages: Rate;
  /** Frames of one connection. */
  readonly frames: Rate;
  /** Connections of one user. */
  readonly connections: number;
  /** Bytes that may wait for one reader. */
  readonly buffer: number;
}

/** The limits of the contract. */
export const DEFAULT_LIMITS: Limits = {
  messages: { rate: 20, burst: 60 },
  frames: { rate: 50, burst: 200 },
  connections: 10,
  buffer: 1_048_576,
};

/** A frame and a request body, in UTF-8 bytes (contract §3.3.6). */
export const MAX_FRAME_BYTES = 128 * 1024;
/** A message's text, in code points (contract §3.1). */
export const MAX_CONTENT_POINTS = 10_000;
/** A client's idempotency key, in characters. */
export const MAX_CLIENT_ID_LENGTH = 64;
/** One answer to `sync` or `history`, in UTF-8 bytes. */
export const MAX_ANSWER_BYTES = 512 * 1024;
/** `last_message` of a list is a preview, in code points. */
export const PREVIEW_POINTS = 200;
/** Messages a page, for `history` and its HTTP sibling. */
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 50;
/** Messages a conversation, for `sync`. */
export const MAX_SYNC_MESSAGES = 200;
/** People one connection may watch. */
export const MAX_WATCHED = 200;
/** Closed sockets of a user whose other side has not answered the close; with so many, no more are opened. */
export const MAX_LINGERING = 20;
/** How long a socket counts as kept that ended while something waited for it, in ms: nothing tells of its end. */
export const LINGERING_MS = 10 * 60_000;
/**
 * What may wait for all slow readers together, in bytes; a higher bound for one of them raises it to four such. The
 * same may wait for closed sockets whose other side takes nothing: beyond it their users open none.
 */
export const MAX_BACKLOG_BYTES = 128 * 1024 * 1024;
/** People in one answer to GET /ws/online-users. */
export const MAX_ONLINE_LISTED = 500;
/** Frames that wait for `welcome`, and their length in UTF-16 units; each more is answered 429. */
export const MAX_EARLY_FRAMES = 64;
export const MAX_EARLY_LENGTH = 1_048_576;
/** Unusable frames in a row before close 4400. */
export const MAX_BAD_FRAMES = 10;
/** Frames over the rate, within {@link TOO_FAST_WINDOW_MS}, before close 4429. */
export const MAX_TOO_FAST = 20;
export const TOO_FAST_WINDOW_MS = 10_000;
/** `sync` and `history` requests of a connection that wait while one is worked. */
export const MAX_WAITING_READS = 4;
/** A `since` is moved back by this much: clocks and commits differ. */
export const SYNC_OVERLAP_MS = 5 * 60_000;
/** A leave waits this long, so that a reload is silent. */
export const LEAVE_DELAY_MS = 5_000;
/** At most one `typing` with `active` a second and peer. */
export const TYPING_INTERVAL_MS = 1_000;
/** What `welcome` asks of clients that send heartbeats, in seconds: under the 60 s of common proxies. */
export const HEARTBEAT_SECONDS = 25;
/** The runtime pings after half of this and closes after the rest, in seconds: a dead peer is gone within 60 s. */
export const IDLE_TIMEOUT_SECONDS = 30;
/** Sessions and accounts of open connections are looked up this often: an end is noticed within 30 s, looks included. */
export const LIVENESS_INTERVAL_MS = 25_000;
/** Writes that may wait for a commit; each more is refused with 503. */
export const MAX_WAITING_WRITES = 20_000;
/** Writes of one commit. */
export const MAX_BATCH = 2_000;
/** Their texts, in UTF-16 units: twice as many bytes. */
export const MAX_WAITING_LENGTH = 32 * 1024 * 1024;
