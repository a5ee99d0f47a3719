/**
 * One stop of the Tab key for the copy buttons of all messages; the arrow keys go from one to the next.
 *
 * @module
 */
import { useLayoutEffect } from "../../vendor/preact.js";

/** @typedef {{ current: HTMLElement | null }} ListRef */

const BUTTON = ".copy";

/**
 * Keeps exactly one button of a list within reach of the Tab key.
 *
 * @param {ListRef} ref
 */
export function useCopyFocus(ref) {
  useLayoutEffect(() => {
    const list = ref.current;
    if (list === null) return;
    /** @param {FocusEvent} event */
    const hearFocus = ({ target }) => {
      if (isButton(target)) stopAt(list, target);
    };
    /** @param {KeyboardEvent} event */
    const hearKey = (event) => {
      const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
      if (step === 0 || !isButton(event.target)) return;
      event.preventDefault();
      const buttons = buttonsOf(list);
      buttons[buttons.indexOf(event.target) + step]?.focus();
    };
    list.addEventListener("focusin", hearFocus);
    list.addEventListener("keydown", hearKey);
    return () => {
      list.removeEventListener("focusin", hearFocus);
      list.removeEventListener("keydown", hearKey);
    };
  }, []);
  // Messages come and go: where the stop left with one of them, the newest has it.
  useLayoutEffect(() => {
    const list = ref.current;
    const last = list === null || stopOf(list) !== null ? undefined : buttonsOf(list).at(-1);
    if (list !== null && last !== undefined) stopAt(list, last);
  });
}

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement[]}
 */
function buttonsOf(list) {
  return [...list.querySelectorAll(BUTTON)].filter(isButton);
}

/**
 * @param {unknown} target
 * @returns {target is HTMLElement}
 */
function isButton(target) {
  return target instanceof HTMLElement && target.matches(BUTTON);
}

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement | null}
 */
function stopOf(list) {
  return list.querySelector(`${BUTTON}[tabindex="0"]`);
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} button
 */
function stopAt(list, button) {
  const before = stopOf(list);
  if (before !== null) before.tabIndex = -1;
  button.tabIndex = 0;
}
