/**
 * What the outside world gives: time, chance, ids, memory. Passed in everywhere, so that tests hold the strings.
 *
 * @module
 */

/**
 * Time. `after` runs something once, later, unless the function it returns is called first.
 *
 * @typedef {object} Clock
 * @property {() => number} now Milliseconds since 1970.
 * @property {(ms: number, run: () => void) => () => void} after
 */

/** @type {Clock} The clock of this machine. */
export const systemClock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * The part of `WebSocket` that is used.
 *
 * @typedef {object} Socket
 * @property {number} readyState
 * @property {number} bufferedAmount
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 */

/**
 * What a socket tells, later than the call that opened it.
 *
 * @typedef {object} SocketEvents
 * @property {(data: unknown) => void} message
 * @property {(code: number, reason: string) => void} close
 */

/**
 * Closes a socket, whatever state it is in.
 *
 * @param {Socket | null} socket
 * @param {number} code
 * @param {string} reason
 */
export function closeQuietly(socket, code, reason) {
  try {
    socket?.close(code, reason);
  } catch {
    // Closing what never opened throws in some browsers; it is gone either way.
  }
}

/**
 * A random UUID. Works on plain http too, where browsers hide `crypto.randomUUID`.
 *
 * @returns {string}
 */
export function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Small values that outlive the page, as JSON. Never throws: where the browser keeps nothing, nothing is kept.
 *
 * @typedef {object} Memory
 * @property {(key: string) => unknown} get `null` when there is nothing.
 * @property {(key: string, value: unknown) => boolean} set `null` forgets. False when it could not be kept: full, or
 *   switched off.
 * @property {(prefix: string) => string[]} keys Those that begin so.
 * @property {(prefix: string, listener: (change: MemoryChange) => void) => () => void} watch Tells what other tabs
 *   change, until the function it returns is called. Memory that belongs to one tab tells nothing.
 */

/**
 * @typedef {object} MemoryChange
 * @property {string} key
 * @property {unknown} value `null`: forgotten.
 */

/**
 * @typedef {object} TextStorage What {@link createMemory} needs of `localStorage` and its like.
 * @property {number} length
 * @property {(index: number) => string | null} key
 * @property {(key: string) => string | null} getItem
 * @property {(key: string, value: string) => void} setItem
 * @property {(key: string) => void} removeItem
 */

/**
 * Tells of writes to a storage by other tabs: the whole key and the new text. Answers how to stop.
 *
 * @typedef {(listener: (key: string, text: string | null) => void) => () => void} StorageWatch
 */

/** Every key of this program begins so. */
const PREFIX = "go-chat.";

/**
 * Memory over a browser's storage. `storage` is asked for on each use: browsers may refuse even to hand it out.
 *
 * @param {() => TextStorage} storage
 * @param {StorageWatch} [watch] Left out where a storage is one tab's own.
 * @returns {Memory}
 */
export function createMemory(storage, watch = () => () => {}) {
  return {
    get(key) {
      try {
        return parse(storage().getItem(PREFIX + key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) storage().removeItem(PREFIX + key);
        else storage().setItem(PREFIX + key, JSON.stringify(value));
        return true;
      } catch {
        // Full or switched off: the page works on, it only forgets sooner.
        return false;
      }
    },
    keys(prefix) {
      try {
        const held = storage();
        return Array.from({ length: held.length }, (_, index) => held.key(index) ?? "")
          .filter((key) => key.startsWith(PREFIX + prefix))
          .map((key) => key.slice(PREFIX.length));
      } catch {
        return [];
      }
    },
    watch(prefix, listener) {
      return watch((key, text) => {
        if (key.startsWith(PREFIX + prefix)) listener({ key: key.slice(PREFIX.length), value: parse(text) });
      });
    },
  };
}

/**
 * @param {string | null} text
 * @returns {unknown}
 */
function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
