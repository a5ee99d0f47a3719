/**
 * One socket that comes back: dials, waits for `welcome`, beats, notices silence, and reconnects with full jitter.
 *
 * @module
 */
import { BROKEN, meantClose, reconnectDelay, reconnectsAfter, SESSION_ENDED } from "./close.js";
import { Emitter } from "./emitter.js";
import { readFrame } from "./frames.js";

/** @import { ServerFrame } from "../../realtime/frames.ts" */
/** @import { OutFrame } from "./frames.js" */
/** @import { Clock, Socket, SocketEvents } from "./platform.js" */

/** From dialling to `welcome`, ms. */
export const WELCOME_TIMEOUT_MS = 15_000;
/** From a heartbeat to any sign of life, ms. */
export const SILENCE_TIMEOUT_MS = 10_000;
/** A connection that held this long was a good one: the back-off starts afresh, ms. */
export const STABLE_MS = 5_000;
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
 * @property {LinkState} state
 * @property {Welcome} welcome
 * @property {ServerFrame} frame Every frame but `welcome`.
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
  #running = false;
  #welcomed = false;
  #attempt = 0;
  #failing = false;
  #welcomedAt = 0;
  #beatMs = 25_000;
  /** @type {{ code: number, at: number } | null} */
  #lastError = null;
  /** @type {Map<string, () => void>} */
  #timers = new Map();

  /** @param {LinkOptions} options */
  constructor(options) {
    super();
    this.#options = options;
  }

  /** @returns {LinkState} */
  get state() {
    return this.#state;
  }

  /** Whether frames can be sent. */
  get ready() {
    return this.#welcomed && this.#socket !== null && this.#socket.readyState === OPEN;
  }

  /** Dials, and keeps the connection until {@link stop} or a close that forbids coming back. */
  start() {
    if (this.#running) return;
    this.#running = true;
    this.#attempt = 0;
    this.#failing = false;
    this.#dial();
  }

  /** Hangs up for good. */
  stop() {
    this.#running = false;
    this.#drop(1000, "bye");
    this.#setState("offline");
  }

  /** Dials at once if it was waiting to, for when the network is said to be back. */
  nudge() {
    if (!this.#timers.has("redial")) return;
    this.#cancel("redial");
    this.#dial();
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
    this.#setState(this.#failing ? "offline" : "connecting");
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
    this.#after("welcome", WELCOME_TIMEOUT_MS, () => this.#abandon());
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#cancel("silence");
    if (typeof data === "string") this.emit("traffic", { direction: "in", text: data });
    const frame = readFrame(data);
    if (frame === null) return;
    if (frame.type === "error") this.#lastError = { code: frame.data.code, at: this.#options.clock.now() };
    if (frame.type !== "welcome") return this.emit("frame", frame);
    this.#cancel("welcome");
    this.#welcomed = true;
    this.#failing = false;
    this.#welcomedAt = this.#options.clock.now();
    this.#beatMs = Math.max(1, frame.data.heartbeat_seconds) * 1_000;
    this.#beatLater();
    this.#setState("online");
    this.emit("welcome", frame.data);
  }

  #beatLater() {
    this.#after("beat", this.#beatMs, () => {
      this.send({ type: "heartbeat", content: "ping" });
      // A timer from the send, not from the last frame: browsers slow the timers of hidden pages down.
      if (!this.#timers.has("silence")) this.#after("silence", SILENCE_TIMEOUT_MS, () => this.#abandon());
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
    const { clock, random, refused } = this.#options;
    const wasWelcomed = this.#welcomed;
    const meant = meantClose(code, this.#lastError, clock.now());
    if (wasWelcomed && clock.now() - this.#welcomedAt >= STABLE_MS) this.#attempt = 0;
    if (!wasWelcomed) this.#failing = true;
    this.#drop();
    const again = this.#running && reconnectsAfter(meant);
    this.emit("traffic", { direction: "note", text: `close ${code}${reason === "" ? "" : ` ${reason}`}` });
    this.emit("lost", { code: meant, again });
    if (!again) return this.#end(meant, reason);
    this.#setState(this.#failing ? "offline" : "connecting");
    const delay = reconnectDelay(this.#attempt++, { code: meant, random });
    this.#after("redial", delay, () => this.#dial());
    const isTimeToAsk = this.#attempt % ASK_EVERY === 1;
    if (!wasWelcomed && isTimeToAsk && refused !== undefined) void this.#askWhy(refused);
  }

  /** @param {() => Promise<boolean>} refused */
  async #askWhy(refused) {
    let ended = false;
    try {
      ended = await refused();
    } catch {
      // No answer is no reason to give up.
    }
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
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    this.#lastError = null;
    if (code !== undefined) closeQuietly(socket, code, reason ?? "");
  }

  /** @param {LinkState} state */
  #setState(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.emit("state", state);
  }

  /**
   * @param {string} name
   * @param {number} ms
   * @param {() => void} run
   */
  #after(name, ms, run) {
    this.#cancel(name);
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(name);
      run();
    });
    this.#timers.set(name, cancel);
  }

  /** @param {string} name */
  #cancel(name) {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

/**
 * @param {Socket | null} socket
 * @param {number} code
 * @param {string} reason
 */
function closeQuietly(socket, code, reason) {
  try {
    socket?.close(code, reason);
  } catch {
    // Closing what never opened throws in some browsers; it is gone either way.
  }
}
