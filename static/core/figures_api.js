/**
 * What the server tells owners of itself.
 *
 * @module
 */
import { list, property, text } from "./http.js";

/** @import { Api } from "./api.js" */
/** @import { Result } from "./http.js" */

/** Those that are drawn, in this order. */
export const DRAWN = /** @type {const} */ ([
  "online",
  "connections",
  "messages_per_minute",
  "commit_p99_ms",
  "loop_delay_p99_ms",
  "memory_bytes",
  "store_bytes",
  "disk_free_bytes",
  "errors_per_minute",
]);

/** @typedef {typeof DRAWN[number]} FigureName */

/** @typedef {readonly (number | null)[]} Values Null: not known. */

/**
 * @typedef {object} Figures
 * @property {readonly number[]} times Milliseconds since 1970, rising.
 * @property {Readonly<Record<FigureName, Values>>} series One value for each of `times`.
 */

/**
 * The last hour.
 *
 * @param {Api} api
 * @returns {Promise<Result<Figures>>}
 */
export function figures(api) {
  return api.call("GET", "admin/figures?minutes=60", { read: readFigures });
}

/**
 * @param {unknown} data
 * @returns {Figures | undefined}
 */
function readFigures(data) {
  const times = list(property(data, "times"), (value) => {
    const at = Date.parse(text(value));
    return Number.isNaN(at) ? undefined : at;
  });
  if (times === undefined) return undefined;
  const all = property(data, "series");
  /** @param {FigureName} name */
  const of = (name) => {
    const values = property(all, name);
    return times.map((_, at) => {
      const value = Array.isArray(values) ? values[at] : null;
      return typeof value === "number" ? value : null;
    });
  };
  return {
    times,
    series: {
      online: of("online"),
      connections: of("connections"),
      messages_per_minute: of("messages_per_minute"),
      commit_p99_ms: of("commit_p99_ms"),
      loop_delay_p99_ms: of("loop_delay_p99_ms"),
      memory_bytes: of("memory_bytes"),
      store_bytes: of("store_bytes"),
      disk_free_bytes: of("disk_free_bytes"),
      errors_per_minute: of("errors_per_minute"),
    },
  };
}

/**
 * The points of a line through the values, as SVG takes them: a new line begins after what is not known.
 *
 * @param {Values} values
 * @param {{ width: number, height: number }} size
 * @returns {string} Empty where nothing is known.
 */
export function pathOf(values, { width, height }) {
  const most = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  const step = width / Math.max(1, values.length - 1);
  let path = "";
  let isDrawing = false;
  for (const [at, value] of values.entries()) {
    if (value !== null) {
      const [x, y] = [at * step, height - value / most * height];
      path += `${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      // One value alone is a dot.
      if (!isDrawing) path += "h0.1";
    }
    isDrawing = value !== null;
  }
  return path;
}

/**
 * The newest value and the highest; null where none is known.
 *
 * @param {Values} values
 * @returns {{ newest: number | null, highest: number | null }}
 */
export function sumUp(values) {
  const known = values.filter((value) => value !== null);
  return { newest: values.at(-1) ?? null, highest: known.length === 0 ? null : Math.max(...known) };
}
