/**
 * Rows that are drawn anew only where something of theirs changed.
 *
 * @module
 */
import { useRef } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */

/** @typedef {{ inputs: readonly unknown[], vnode: VNode }} Kept */

/**
 * Hands out what was made before, by key, as long as its inputs are the same: preact leaves the same node alone.
 *
 * @returns {(key: string | number, inputs: readonly unknown[], make: () => VNode) => VNode}
 */
export function useKept() {
  const last = useRef(/** @type {ReadonlyMap<string | number, Kept>} */ (new Map()));
  const before = last.current;
  /** @type {Map<string | number, Kept>} */
  const now = new Map();
  last.current = now;
  return (key, inputs, make) => {
    const known = before.get(key);
    const isSame = known !== undefined && known.inputs.every((input, at) => Object.is(input, inputs[at]));
    const kept = isSame ? known : { inputs, vnode: make() };
    now.set(key, kept);
    return kept.vnode;
  };
}
