/**
 * The list of conversations, newest activity first.
 *
 * @module
 */
import { chatsByActivity } from "../core/state.js";
import { stranger } from "../core/chats.js";
import { h, keyed, setAttribute, setPresent, setText, View } from "./dom.js";
import { avatar, nameOf } from "./people.js";

/** @import { Texts } from "../core/i18n.js" */
/** @import { Chat, ChatState } from "../core/state.js" */

/** Rows shown; the rest is there by search, later. */
const MAX_ROWS = 500;
const MAX_SHOWN_UNREAD = 99;

/**
 * @typedef {object} ListOptions
 * @property {Texts} texts
 * @property {() => ChatState} state
 * @property {() => number} now
 * @property {(chat: Chat) => boolean} isOpen
 * @property {(chat: Chat) => void} onOpen
 */

/**
 * @param {ListOptions} options
 * @returns {View}
 */
export function conversationsView(options) {
  const { texts, state } = options;
  const list = h("ul", { class: "rows", "data-testid": "conversation-list" });
  const view = new View(h("section", { class: "list-section" }));
  const heading = view.text(h("h2", { class: "list-title" }), () => texts.t("main.conversations"));
  const empty = view.text(h("p", { class: "list-empty" }), () => texts.t("main.no_conversations"));
  view.element.append(heading, list);
  view.attribute(list, "aria-label", () => texts.t("main.conversations"));
  const show = keyed(list, {
    key: (/** @type {Chat} */ chat) => chat.info.conversation_id,
    create: () => conversationRow(options),
  });
  view.bind(() => {
    const chats = chatsByActivity(state()).slice(0, MAX_ROWS);
    show(chats);
    setPresent(view.element, empty, chats.length === 0);
  });
  return view;
}

/**
 * @param {ListOptions} options
 * @returns {{ element: HTMLElement, update: (chat: Chat) => void }}
 */
function conversationRow(options) {
  /** @type {Chat | null} */
  let shown = null;
  const round = avatar();
  const name = h("span", { class: "row-name", "data-testid": "conversation-name", dir: "auto" });
  const time = h("time", { class: "row-time" });
  const preview = h("span", { class: "row-preview", "data-testid": "conversation-preview", dir: "auto" });
  const presence = h("span", { class: "sr-only", "data-testid": "presence" });
  const unread = h("span", { class: "badge", "data-testid": "unread" });
  const second = h("span", { class: "row-line" }, preview);
  const button = h(
    "button",
    { type: "button", class: "row", "data-testid": "conversation" },
    round.element,
    h("span", { class: "row-text" }, h("span", { class: "row-line" }, name, presence, time), second),
  );
  button.addEventListener("click", () => {
    if (shown !== null) options.onOpen(shown);
  });
  return {
    element: h("li", {}, button),
    update(chat) {
      const { texts, now, isOpen, state } = options;
      const person = state().people.get(chat.info.peer?.user_id ?? 0) ?? chat.info.peer ?? stranger(0);
      const at = Date.parse(chat.info.updated_at);
      shown = chat;
      round.update(person, nameOf(person, texts));
      setText(name, nameOf(person, texts));
      setText(presence, texts.t(`presence.${person.status}`));
      setAttribute(presence, "data-status", person.status);
      setText(time, texts.moment(at, now()));
      setAttribute(time, "datetime", chat.info.updated_at);
      setText(preview, previewOf(chat, options));
      setText(unread, chat.info.unread > MAX_SHOWN_UNREAD ? `${MAX_SHOWN_UNREAD}+` : `${chat.info.unread}`);
      setAttribute(unread, "title", texts.t("main.unread", { count: chat.info.unread }));
      setPresent(second, unread, chat.info.unread > 0);
      setAttribute(button, "data-conversation-id", chat.info.conversation_id);
      setAttribute(button, "data-peer-id", chat.info.peer?.user_id);
      setAttribute(button, "aria-current", isOpen(chat) ? "true" : null);
    },
  };
}

/**
 * The last line, whoever wrote it.
 *
 * @param {Chat} chat
 * @param {ListOptions} options
 * @returns {string}
 */
function previewOf({ info }, { texts, state }) {
  const last = info.last_message;
  if (last === null) return "";
  const text = last.data.deleted_at === undefined ? last.content : texts.t("thread.removed");
  return last.from_user_id === state().selfId ? texts.t("main.you_said", { text }) : text;
}
