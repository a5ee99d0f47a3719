/**
 * The browser's own "back" on a phone: from a thread to the list.
 *
 * @module
 */
import { effect } from "../vendor/preact.js";
import { readThread } from "./open_thread.js";

/** @import { Desk } from "./desk.js" */

/** Where list and thread are separate views (layout.css). */
const PHONE = "(max-width: 699px)";

/**
 * Keeps an entry of the history while a thread is open on a phone, until the function it returns is called.
 *
 * @param {Desk} desk
 * @returns {() => void}
 */
export function followHistory(desk) {
  let isFirst = true;
  const stop = effect(() => {
    const open = desk.open.value;
    const isNoted = threadInHistory() !== null;
    if (open !== null) {
      const state = { thread: { peerId: open.peerId, conversationId: open.conversationId } };
      if (isNoted) history.replaceState(state, "");
      else if (matchMedia(PHONE).matches) history.pushState(state, "");
    } else if (isNoted) {
      // An entry of an earlier visit is no step to take back.
      if (isFirst) history.replaceState(null, "");
      else history.back();
    }
    isFirst = false;
  });
  const hear = () => {
    const noted = threadInHistory();
    const open = desk.open.peek();
    if (noted === null && open !== null && matchMedia(PHONE).matches) desk.back();
    else if (noted !== null && open === null) desk.choose(noted);
  };
  addEventListener("popstate", hear);
  return () => {
    stop();
    removeEventListener("popstate", hear);
  };
}

/** The thread that the entry of now stands for, or null. */
function threadInHistory() {
  const { state } = history;
  return readThread(typeof state === "object" && state !== null ? state.thread : null);
}
