/**
 * Arrow keys in lists: a comfort beside Tab.
 *
 * @module
 */

/**
 * Moves the focus between what `selector` finds in the list that hears the key, in the order of the document.
 *
 * @param {KeyboardEvent & { currentTarget: HTMLElement }} event
 * @param {string} selector
 */
export function moveByArrows(event, selector) {
  const { key, currentTarget } = event;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const stops = [...currentTarget.querySelectorAll(selector)].filter((stop) => stop instanceof HTMLElement);
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const isText = document.activeElement instanceof HTMLInputElement;
  const next = key === "ArrowDown"
    ? stops[at + 1]
    : key === "ArrowUp" && at > 0
    ? stops[at - 1]
    : isText
    ? undefined
    : key === "Home"
    ? stops[0]
    : key === "End"
    ? stops.at(-1)
    : undefined;
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
