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
 * @property {(key: string, value: unknown) => void} set `null` forgets.
 */

/**
 * @typedef {object} TextStorage What {@link createMemory} needs of `localStorage` and its like.
 * @property {(key: string) => string | null} getItem
 * @property {(key: string, value: string) => void} setItem
 * @property {(key: string) => void} removeItem
 */

/**
 * Memory over a browser's storage. `storage` is asked for on each use: browsers may refuse even to hand it out.
 *
 * @param {() => TextStorage} storage
 * @returns {Memory}
 */
export function createMemory(storage) {
  return {
    get(key) {
      try {
        return JSON.parse(storage().getItem(`go-chat.${key}`) ?? "null");
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) storage().removeItem(`go-chat.${key}`);
        else storage().setItem(`go-chat.${key}`, JSON.stringify(value));
      } catch {
        // Full or switched off: the page works on, it only forgets sooner.
      }
    },
  };
}
