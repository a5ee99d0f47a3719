/**
 * One conversation: its messages, who types, how the connection is, and the composer.
 *
 * @module
 */
import { isAttended } from "../../device/attention.js";
import { html, useEffect, useLayoutEffect, useState } from "../../vendor/preact.js";
import { Composer } from "./composer.js";
import { ConnectionNote } from "./connection_note.js";
import { ThreadHead } from "./head.js";
import { JumpButton } from "./jump_button.js";
import { MessageList } from "./message_list.js";
import { News } from "./news.js";
import { OlderMessages } from "./older_messages.js";
import { Reading } from "./reading.js";
import { TypingLine } from "./typing_line.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** @typedef {{ desk: Desk, thread: OpenThread }} ThreadProps */

/**
 * @param {ThreadProps} props
 * @returns {VNode}
 */
export function Thread({ desk, thread }) {
  const texts = desk.page.texts.value;
  const [reading] = useState(() => new Reading());
  const [older] = useState(() => new OlderMessages(desk, thread));
  const newest = desk.newestAsked.value;
  const reason = closedBecause(desk, thread);
  useLayoutEffect(() => reading.toNewest(), [newest]);
  useOlder(desk, { thread, reading, older });
  useReadMark(desk, { thread, reading });
  return html`
    <section class="thread" data-testid="thread" data-peer-id=${thread.peerId || null}>
      <${ThreadHead} desk=${desk} thread=${thread} />
      <div class="messages-shell">
        <${MessageList} desk=${desk} thread=${thread} reading=${reading} older=${older} />
        <${JumpButton} desk=${desk} thread=${thread} reading=${reading} />
      </div>
      <${News} desk=${desk} thread=${thread} />
      <div class="thread-note">
        <${ConnectionNote} desk=${desk} />
        ${desk.link.value === "online" ? html`<${TypingLine} desk=${desk} thread=${thread} />` : null}
      </div>
      ${reason === null
        ? html`<${Composer} desk=${desk} thread=${thread} />`
        : html`<p class="note" data-testid="composer-closed">${texts.t(reason)}</p>`}
    </section>
  `;
}

/**
 * Why nobody can write here; null: they can.
 *
 * @param {Desk} desk
 * @param {OpenThread} thread
 * @returns {"thread.read_only" | "thread.deleted_account" | null}
 */
function closedBecause(desk, { peerId }) {
  if (peerId === 0) return "thread.read_only";
  return desk.personOf(peerId).deleted === true ? "thread.deleted_account" : null;
}

/**
 * Asks for older messages when the reader comes near the oldest, and for the newest where none are held.
 *
 * @param {Desk} desk
 * @param {{ thread: OpenThread, reading: Reading, older: OlderMessages }} options
 */
function useOlder(desk, { thread, reading, older }) {
  const chat = desk.chatOf(thread);
  const isEmpty = chat !== undefined && chat.timeline.messages.length === 0;
  const isWanted = isEmpty || reading.wantsOlder.value;
  const isFree = desk.link.value === "online" && !older.loading.value && !older.stalled.value;
  const link = desk.link.value;
  useEffect(() => {
    older.stalled.value = false;
  }, [link]);
  useEffect(() => {
    if (isWanted && isFree) void older.more();
  }, [isWanted, isFree, chat?.timeline.messages[0]]);
}

/**
 * Marks as read what can be seen: the newest is in view, and somebody looks.
 *
 * @param {Desk} desk
 * @param {{ thread: OpenThread, reading: Reading }} options
 */
function useReadMark(desk, { thread, reading }) {
  const chat = desk.chatOf(thread);
  const atNewest = reading.atNewest.value;
  useEffect(() => {
    const read = () => {
      const last = chat?.timeline.messages.at(-1);
      if (chat === undefined || last === undefined || chat.info.unread === 0 || !atNewest || !isAttended()) {
        return;
      }
      desk.connection.read(chat.info.conversation_id, last.data.seq);
    };
    read();
    addEventListener("focus", read);
    document.addEventListener("visibilitychange", read);
    return () => {
      removeEventListener("focus", read);
      document.removeEventListener("visibilitychange", read);
    };
  }, [chat, atNewest]);
}
