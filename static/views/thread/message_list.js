/**
 * The messages of a thread: a window over what is held, which follows the reader.
 *
 * @module
 */
import { draftsOf, extentOf, itemsOf } from "../../core/thread_items.js";
import { html, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { useCopyFocus } from "./copy_focus.js";
import { useMessageLines } from "./message_lines.js";
import { NoMessages, ThreadTop } from "./thread_edges.js";
import { useUnreadFrom } from "./unread_from.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */
/** @import { OlderMessages } from "./older_messages.js" */
/** @import { Reading } from "./reading.js" */

/** @typedef {{ desk: Desk, thread: OpenThread, reading: Reading, older: OlderMessages }} MessageListProps */

/**
 * @param {MessageListProps} props
 * @returns {VNode}
 */
export function MessageList({ desk, thread, reading, older }) {
  const texts = desk.page.texts.value;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const chat = desk.chatOf(thread);
  const { drafts: allDrafts, selfId } = desk.state.value;
  const drafts = draftsOf(allDrafts, { chat, peerId: thread.peerId });
  const unreadFrom = useUnreadFrom(desk, thread);
  const extent = extentOf({ chat, drafts });
  const range = reading.rangeIn(extent);
  const items = itemsOf({ chat, drafts, selfId, unreadFrom }, range);
  const lines = useMessageLines(desk, { items, isDirect: thread.peerId !== 0 });
  reading.beforeDrawing();
  useLayoutEffect(() => {
    if (box.current === null || list.current === null) return;
    return reading.attach(box.current, list.current);
  }, []);
  useLayoutEffect(() => reading.afterDrawing({ items, range, extent }));
  useCopyFocus(list);
  const isNone = items.length === 0;
  return html`
    <div
      ref=${box}
      class="messages-box"
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label=${texts.t("thread.messages")}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => hearKey(event, reading)}
    >
      ${isNone ? null : html`
        <${ThreadTop}
          desk=${desk}
          thread=${thread}
          older=${older}
          reading=${reading}
          isMoreHeld=${range.from > extent.first}
        />
      `}
      <ol ref=${list} class="messages">${lines}</ol>
      ${isNone ? html`<${NoMessages} desk=${desk} thread=${thread} />` : null}
    </div>
  `;
}

/**
 * Home and End go to the ends of what is held, and not of what is in the page.
 *
 * @param {KeyboardEvent} event
 * @param {Reading} reading
 */
function hearKey(event, reading) {
  const isHere = event.target === event.currentTarget && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!isHere || (event.key !== "Home" && event.key !== "End")) return;
  event.preventDefault();
  if (event.key === "Home") reading.toOldest();
  else reading.toNewest();
}
