/**
 * What this browser keeps: shared by its tabs, or of one tab alone.
 *
 * @module
 */
import { createMemory } from "../core/platform.js";

/** @import { Memory, StorageWatch } from "../core/platform.js" */

/** @type {StorageWatch} */
const watchOtherTabs = (listener) => {
  const hear = (/** @type {StorageEvent} */ { key, newValue, storageArea }) => {
    if (key !== null && isLocal(storageArea)) listener(key, newValue);
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
};

/**
 * Of this browser: outlives the tab, and other tabs see it.
 *
 * @returns {Memory}
 */
export function browserMemory() {
  return createMemory(() => localStorage, watchOtherTabs);
}

/**
 * Of this tab: outlives a reload, and nobody else sees it.
 *
 * @returns {Memory}
 */
export function tabMemory() {
  return createMemory(() => sessionStorage);
}

/**
 * @param {Storage | null} area
 * @returns {boolean}
 */
function isLocal(area) {
  try {
    return area === localStorage;
  } catch {
    return false;
  }
}
