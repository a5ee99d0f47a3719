/**
 * How much is unread, in the title of the tab.
 *
 * @module
 */
import { totalUnread } from "../core/list_rows.js";
import { effect } from "../vendor/preact.js";

/** @import { Desk } from "./desk.js" */

/**
 * Keeps the title in step with the desk, in hidden tabs too, until the function it returns is called.
 *
 * @param {Desk} desk
 * @returns {() => void}
 */
export function followTitle(desk) {
  const { page } = desk;
  const stop = effect(() => {
    const count = totalUnread(desk.state.value);
    const name = page.texts.value.t("app.name");
    document.title = count === 0 ? name : `(${count}) ${name}`;
  });
  return () => {
    stop();
    document.title = page.texts.peek().t("app.name");
  };
}
