/**
 * One socket that comes back: dials, waits for `welcome`, beats, notices silence, and reconnects with full jitter.
 *
 * @module
 */
import { Backoff } from "./backoff.js";
import { BROKEN, meantClose, reconnectsAfter, SESSION_ENDED } from "./close.js";
import { Emitter } from "./emitter.js";
import { readFrame } from "./frames.js";
import { closeQuietly } from "./platform.js";
import { Timers } from "./timers.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock, Socket, SocketEvents } from "./platform.js" */

/** From dialling to `welcome`, ms. */
export const WELCOME_TIMEOUT_MS = 15_000;
/** From a heartbeat to any sign of life, ms. */
export const SILENCE_TIMEOUT_MS = 10_000;
/** A connection that held this long was a good one: the back-off starts afresh, ms. */
export const STABLE_MS = 5_000;
/** A dial that takes longer than this may be stuck: when the network is said to be back, there is another, ms. */
const STUCK_MS = 2_000;
/** What was heard so lately needs no proof, ms. */
const FRESH_MS = 2_000;
/** What may wait in the socket before this client writes no more, bytes. */
export const MAX_BUFFERED_BYTES = 1_048_576;

/** After a failed handshake it is asked why; while they go on failing, this seldom, in attempts. */
const ASK_EVERY = 4;

/** The close code this client notes for itself when the server fell silent. */
const SILENT = 4408;
const OPEN = 1;

/**
 * `connecting`: on the way. `online`: welcomed. `offline`: an attempt failed (more will follow), or it was stopped.
 *
 * @typedef {"connecting" | "online" | "offline"} LinkState
 */

/** @typedef {Extract<ServerFrame, { type: "welcome" }>["data"]} Welcome */

/**
 * @typedef {object} LinkEvents
 * @property {LinkState} state The state changed, or {@link Link.retryAt}.
 * @property {Welcome} welcome
 * @property {ServerFrame} frame Every frame but `welcome`.
 * @property {unknown} heard After anything that came in was worked: a sign of life.
 * @property {{ direction: "in" | "out" | "note", text: string }} traffic Everything that passes, for a log.
 * @property {{ code: number, again: boolean }} lost A connection that had been dialled is gone.
 * @property {{ code: number, reason: string }} ended It will not come back by itself.
 */

/**
 * @typedef {object} LinkOptions
 * @property {string} url
 * @property {string} [token] Sent as the subprotocol `bearer.<token>`; without it the cookie or the query speaks.
 * @property {(url: string, protocols: string[], events: SocketEvents) => Socket} open
 * @property {Clock} clock
 * @property {() => number} random
 * @property {() => Promise<boolean>} [refused] Asked after a handshake failed: true when the session has ended,
 *   which a browser does not tell.
 */

/** @extends {Emitter<LinkEvents>} */
export class Link extends Emitter {
  #options;
  /** @type {Socket | null} */
  #socket = null;
  /** @type {LinkState} */
  #state = "offline";
  /** @type {number | null} */
  #retryAt = null;
  #running = false;
  #welcomed = false;
  /** Handshakes that failed in a row. */
  #failures = 0;
  #backoff;
  #dialledAt = 0;
  #heardAt = 0;
  #welcomedAt = 0;
  #beatMs = 25_000;
  /** @type {{ code: number, at: number } | null} */
  #lastError = null;
  #timers;

  /** @param {LinkOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#backoff = new Backoff(options);
  }

  /** @returns {LinkState} */
  get state() {
    return this.#state;
  }

  /** When the next attempt begins, in ms since 1970; null while none is waited for. */
  get retryAt() {
    return this.#retryAt;
  }

  /** Whether the server was asked for a sign of life and has not given one. */
  get isProbing() {
    return this.#timers.has("silence");
  }

  /** Whether frames can be sent. */
  get ready() {
    return this.#welcomed && this.#socket !== null && this.#socket.readyState === OPEN;
  }

  /** Dials, and keeps the connection until {@link stop} or a close that forbids coming back. */
  start() {
    if (this.#running) return;
    this.#running = true;
    this.#backoff.reset();
    this.#failures = 0;
    this.#dial();
  }

  /** Hangs up for good. */
  stop() {
    this.#running = false;
    this.#drop(1000, "bye");
    this.#setState("offline");
  }

  /** Tries at once, for when the network is said to be back: dials, or asks the server for a sign of life. */
  nudge() {
    const now = this.#options.clock.now();
    if (!this.#running) return;
    if (this.#welcomed) {
      if (now - this.#heardAt >= FRESH_MS) this.probe();
    } else if (this.#timers.has("redial") || now - this.#dialledAt >= STUCK_MS) {
      this.#drop(1000, "bye");
      this.#dial();
    }
  }

  /** Asks the server for a sign of life, and leaves it when none comes. */
  probe() {
    if (!this.ready || this.isProbing) return;
    // A timer from the send, not from the last frame: browsers slow the timers of hidden pages down.
    this.#timers.start("silence", SILENCE_TIMEOUT_MS, () => this.#abandon());
    this.send({ type: "heartbeat", content: "ping" });
  }

  /**
   * Writes one frame. False when it could not be handed to the socket; nothing is kept then.
   *
   * @param {OutFrame} frame
   * @returns {boolean}
   */
  send(frame) {
    const socket = this.#socket;
    if (socket === null || !this.ready || socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    const text = JSON.stringify(frame);
    try {
      socket.send(text);
    } catch {
      return false;
    }
    this.emit("traffic", { direction: "out", text });
    return true;
  }

  #dial() {
    const { url, token, open } = this.#options;
    this.#dialledAt = this.#options.clock.now();
    this.#setState(this.#failures > 0 ? "offline" : "connecting");
    const protocols = token === undefined ? ["go-chat"] : ["go-chat", `bearer.${token}`];
    /** @type {Socket | null} */
    let socket = null;
    /** @type {SocketEvents} */
    const events = {
      message: (data) => socket === this.#socket && this.#hear(data),
      close: (code, reason) => socket === this.#socket && this.#lost(code, reason),
    };
    try {
      socket = open(url, protocols, events);
    } catch (error) {
      this.emit("traffic", { direction: "note", text: String(error) });
      return this.#lost(BROKEN, "");
    }
    this.#socket = socket;
    this.#timers.start("welcome", WELCOME_TIMEOUT_MS, () => this.#abandon());
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#timers.cancel("silence");
    this.#heardAt = this.#options.clock.now();
    if (typeof data === "string") this.emit("traffic", { direction: "in", text: data });
    const frame = readFrame(data);
    if (frame?.type === "welcome") this.#welcome(frame.data);
    else if (frame !== null) {
      if (frame.type === "error") this.#lastError = { code: frame.data.code, at: this.#heardAt };
      this.emit("frame", frame);
    }
    this.emit("heard", data);
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    this.#timers.cancel("welcome");
    this.#welcomed = true;
    this.#failures = 0;
    this.#welcomedAt = this.#heardAt;
    this.#beatMs = Math.max(1, welcome.heartbeat_seconds) * 1_000;
    this.#beatLater();
    this.#setState("online");
    this.emit("welcome", welcome);
  }

  #beatLater() {
    this.#timers.start("beat", this.#beatMs, () => {
      this.probe();
      this.#beatLater();
    });
  }

  /** The peer is silent: its close may never come, so the socket is left alone and counted as closed. */
  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    closeQuietly(socket, 4000, "silent");
    this.#lost(SILENT, "silent");
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #lost(code, reason) {
    const { clock, refused } = this.#options;
    const now = clock.now();
    const wasWelcomed = this.#welcomed;
    const meant = meantClose(code, this.#lastError, now);
    if (wasWelcomed && now - this.#welcomedAt >= STABLE_MS) this.#backoff.reset();
    if (!wasWelcomed) this.#failures++;
    this.#drop();
    const again = this.#running && reconnectsAfter(meant);
    this.emit("traffic", { direction: "note", text: `close ${code}${reason === "" ? "" : ` ${reason}`}` });
    this.emit("lost", { code: meant, again });
    if (!again) return this.#end(meant, reason);
    const delay = this.#backoff.next(meant);
    this.#timers.start("redial", delay, () => this.#dial());
    this.#setState(this.#failures > 0 ? "offline" : "connecting", now + delay);
    if (this.#failures % ASK_EVERY === 1 && refused !== undefined) void this.#askWhy(refused);
  }

  /** @param {() => Promise<boolean>} refused */
  async #askWhy(refused) {
    // No answer is no reason to give up.
    const ended = await refused().catch(() => false);
    if (ended && this.#running && !this.#welcomed) this.#end(SESSION_ENDED, "session ended");
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #end(code, reason) {
    this.#running = false;
    this.#drop(1000, "bye");
    this.#setState("offline");
    this.emit("ended", { code, reason });
  }

  /**
   * Forgets the socket and every timer.
   *
   * @param {number} [code] Says goodbye with it.
   * @param {string} [reason]
   */
  #drop(code, reason) {
    this.#timers.clear();
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    this.#lastError = null;
    if (code !== undefined) closeQuietly(socket, code, reason ?? "");
  }

  /**
   * @param {LinkState} state
   * @param {number | null} [retryAt]
   */
  #setState(state, retryAt = null) {
    if (this.#state === state && this.#retryAt === retryAt) return;
    this.#state = state;
    this.#retryAt = retryAt;
    this.emit("state", state);
  }
}
