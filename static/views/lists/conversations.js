/**
 * The list of conversations, newest activity first.
 *
 * @module
 */
import { startOfDay } from "../../core/i18n.js";
import { listRows } from "../../core/list_rows.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { threadKey } from "../open_thread.js";
import { moveByArrows } from "../parts/arrows.js";
import { useKept } from "../parts/kept.js";
import { ConversationRow, personOfRow, threadOfRow } from "./conversation_row.js";
import { NoConversations } from "./no_conversations.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/** Rows shown at first, and added with each wish for more. */
const STEP = 500;

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Conversations({ desk }) {
  const texts = desk.page.texts.value;
  const state = desk.state.value;
  const open = desk.open.value;
  const link = desk.link.value;
  const [count, setCount] = useState(STEP);
  const kept = useKept();
  const rows = listRows(state);
  const openKey = open === null ? "" : threadKey(open);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const lastOpen = useRef(openKey);
  useEffect(() => {
    const closed = openKey === "" ? lastOpen.current : "";
    lastOpen.current = openKey;
    // On a phone the thread took the focus with it: it goes on where it came from.
    if (closed === "" || document.activeElement !== document.body) return;
    const at = rows.findIndex((row) => threadKey(threadOfRow(row)) === closed);
    const button = list.current?.querySelectorAll("button.row")[at];
    if (button instanceof HTMLElement) button.focus();
  }, [openKey]);
  // Times of today are told by the hour: they change at midnight.
  const today = startOfDay(desk.page.now());
  return html`
    <section class="list-section">
      <h2 class="list-title" id="conversations-title">${texts.t("main.conversations")}</h2>
      <ul
        ref=${list}
        class="rows"
        data-testid="conversation-list"
        aria-labelledby="conversations-title"
        onKeyDown=${(/** @type {KeyboardEvent & { currentTarget: HTMLElement }} */ event) =>
          moveByArrows(event, "button.row")}
      >
        ${rows.slice(0, count).map((row) => {
          const person = personOfRow(row, state.people);
          const key = threadKey(threadOfRow(row));
          const isOpen = key === openKey;
          // What is being written in the open thread stands there.
          const writing = isOpen ? "" : desk.writing.get(key);
          return kept(row.key, [row.chat, row.draft, person, link, isOpen, writing, today], () =>
            html`
              <${ConversationRow}
                key=${row.key}
                desk=${desk}
                row=${row}
                person=${person}
                link=${link}
                isOpen=${isOpen}
                writing=${writing}
              />
            `);
        })}
      </ul>
      ${rows.length <= count ? null : html`
        <button type="button" class="button quiet wide" data-testid="more-conversations" onClick=${() =>
          setCount(count + STEP)}>
          ${texts.t("list.more", { count: rows.length - count })}
        </button>
      `}
      ${rows.length === 0 ? html`<${NoConversations} desk=${desk} />` : null}
    </section>
  `;
}
