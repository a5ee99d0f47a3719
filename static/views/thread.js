/**
 * One conversation: its messages, who types, and the composer.
 *
 * @module
 */
import { MAX_HELD } from "../core/timeline.js";
import { Composer } from "./composer.js";
import { h, keyed, setAttribute, setPresent, setText, View } from "./dom.js";
import { icon } from "./icons.js";
import { itemElement, itemsOf } from "./message_items.js";
import { nameOf } from "./people.js";
import { ScrollKeeper } from "./scroll_keeper.js";

/** @import { Connection } from "../core/connection.js" */
/** @import { Texts } from "../core/i18n.js" */
/** @import { Chat } from "../core/state.js" */
/** @import { Item } from "./message_items.js" */
/** @import { Person } from "./people.js" */

/** Messages in the page at first; more come by scrolling up, up to what is held. */
const SHOWN = 200;
const MORE = 50;

/**
 * The thread that is open: with whom, and what was unread when it was opened.
 *
 * @typedef {object} OpenThread
 * @property {number} peerId 0 for a conversation that is not direct.
 * @property {string | null} conversationId Set where `peerId` is 0.
 * @property {number | null} unreadFrom
 */

/**
 * @typedef {object} ThreadOptions
 * @property {Texts} texts
 * @property {Connection} connection
 * @property {() => number} now
 * @property {OpenThread} thread
 * @property {() => Chat | undefined} chat
 * @property {() => Person} person
 * @property {string} draft What was written here before.
 * @property {() => void} onBack
 */

/** @extends {View<HTMLElement>} */
export class Thread extends View {
  #options;
  #shown = SHOWN;
  #loading = false;
  #hasOlder = true;
  #list = h("ol", { class: "messages" });
  #box;
  #scroll;
  #show;
  #name;
  /** What is in the page already. @type {readonly unknown[]} */
  #last = [];

  /** @param {ThreadOptions} options */
  constructor(options) {
    super(h("section", {
      class: "thread",
      "data-testid": "thread",
      "data-peer-id": options.thread.peerId || null,
    }));
    this.#options = options;
    const { texts } = options;
    this.#box = h("div", { class: "messages-box", tabindex: 0, role: "log", "aria-live": "polite" });
    this.#scroll = new ScrollKeeper(this.#box, {
      onTop: () => void this.#older(),
      onBottom: () => this.#read(),
    });
    this.#show = keyed(this.#list, {
      key: (/** @type {Item} */ item) => item.key,
      create: (item) =>
        itemElement(item, {
          texts,
          now: options.now,
          onRetry: (id) => options.connection.retry(id),
          onDiscard: (id) => options.connection.discard(id),
        }),
    });
    const { connection, thread } = options;
    this.#name = () => nameOf(options.person(), texts);
    this.composer = new Composer({
      texts,
      to: this.#name,
      onSend: (content) => this.#send(content),
      onTyping: (isWriting) => connection.typing(isWriting ? thread.peerId : null),
    });
    this.composer.field.value = options.draft;
    this.#build();
  }

  /** Puts the cursor where one writes. */
  focus() {
    this.composer.field.focus({ preventScroll: true });
  }

  /** To the newest message. */
  showNewest() {
    this.#scroll.toBottom();
  }

  /** What is written and not sent. */
  get draft() {
    return this.composer.field.value;
  }

  #build() {
    const { texts, thread } = this.#options;
    const older = h("button", { type: "button", class: "link older", "data-testid": "older" });
    older.addEventListener("click", () => void this.#older());
    const empty = h("p", { class: "thread-empty" });
    this.#box.append(h("div", { class: "messages-top" }, older), this.#list);
    const shell = h("div", { class: "messages-shell" }, this.#box);
    this.element.append(this.#head(), shell, this.#typing());
    this.attribute(this.#box, "aria-label", () => texts.t("thread.messages"));
    this.text(older, () => texts.t("thread.older"));
    this.text(empty, () => texts.t("thread.empty"));
    this.bind(() => this.#showMessages());
    this.bind(() => this.#read());
    this.bind(() => this.#loadFirst());
    this.bind(() => older.hidden = !this.#canLoad());
    this.bind(() => setPresent(shell, empty, this.#list.childElementCount === 0 && !this.#loading));
    this.#jump(shell);
    if (thread.peerId === 0) {
      this.element.append(this.text(h("p", { class: "note" }), () => texts.t("thread.read_only")));
    } else {
      this.element.append(this.child(this.composer).element);
    }
  }

  /** @returns {HTMLElement} */
  #head() {
    const { texts, onBack, person, thread } = this.#options;
    const back = h(
      "button",
      { type: "button", class: "button quiet round back", "data-testid": "back" },
      icon("back"),
    );
    back.addEventListener("click", onBack);
    this.attribute(back, "aria-label", () => texts.t("thread.back"));
    const title = this.text(
      h("h2", { class: "thread-name", "data-testid": "thread-name", dir: "auto" }),
      this.#name,
    );
    const presence = h("span", { class: "thread-presence", "data-testid": "thread-presence" });
    this.bind(() => {
      setText(presence, texts.t(`presence.${person().status}`));
      setAttribute(presence, "data-status", person().status);
      presence.hidden = thread.peerId === 0;
    });
    return h("header", { class: "thread-head" }, back, title, presence);
  }

  /** @returns {HTMLElement} */
  #typing() {
    const { texts, connection, thread, chat } = this.#options;
    const line = h("p", { class: "typing-line", "aria-live": "polite" });
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    const words = h("span");
    const typing = h("span", { "data-testid": "typing" }, dots, words);
    this.bind(() => {
      const { typing: who } = connection.state;
      const id = chat()?.info.conversation_id;
      const isTyping = id === undefined
        ? [...who.values()].includes(thread.peerId)
        : who.has(id) && who.get(id) !== connection.state.selfId;
      setText(words, texts.t("thread.typing", { name: this.#name() }));
      setPresent(line, typing, isTyping);
    });
    return line;
  }

  /** @param {HTMLElement} shell */
  #jump(shell) {
    const { texts } = this.#options;
    const jump = h(
      "button",
      { type: "button", class: "button round jump", "data-testid": "jump-to-newest" },
      icon("down"),
    );
    jump.addEventListener("click", () => this.showNewest());
    this.attribute(jump, "aria-label", () => texts.t("thread.newest"));
    this.#scroll.onChange = () => setPresent(shell, jump, !this.#scroll.atBottom);
  }

  /**
   * @param {string} content
   * @returns {boolean}
   */
  #send(content) {
    const { connection, thread } = this.#options;
    const draft = connection.send({ toUserId: thread.peerId, content });
    if (draft !== null) this.#scroll.toBottom();
    return draft !== null;
  }

  #showMessages() {
    const { connection, chat, thread, texts } = this.#options;
    const { drafts, selfId } = connection.state;
    const now = chat();
    const inputs = [now, drafts, this.#shown, texts.language];
    if (inputs.every((input, at) => input === this.#last[at]) && this.#last.length > 0) return;
    this.#last = inputs;
    const held = now?.timeline.messages ?? [];
    if (this.#scroll.atBottom && this.#shown > SHOWN) this.#shown = SHOWN;
    const items = itemsOf({
      chat: now,
      messages: held.slice(-this.#shown),
      drafts: drafts.filter((draft) => draft.toUserId === thread.peerId),
      selfId,
      unreadFrom: thread.unreadFrom,
    });
    this.#scroll.keep(() => this.#show(items));
  }

  /** Asks for the newest messages where only the last line is known. */
  #loadFirst() {
    const { connection, chat } = this.#options;
    const now = chat();
    if (connection.link !== "online" || now === undefined || !this.#hasOlder) return;
    if (now.timeline.messages.length === 0 && now.info.last_seq > 0) void this.#older();
  }

  /** Whether there is anything further up. */
  #canLoad() {
    const chat = this.#options.chat();
    const [first] = chat?.timeline.messages ?? [];
    const held = chat?.timeline.messages.length ?? 0;
    if (held > this.#shown) return true;
    return this.#hasOlder && held < MAX_HELD && first !== undefined &&
      first.data.seq > (chat?.info.first_seq ?? 1);
  }

  async #older() {
    const { connection, chat, thread } = this.#options;
    const held = chat()?.timeline.messages.length ?? 0;
    if (this.#loading || (held > 0 && !this.#canLoad())) return;
    if (held <= this.#shown) {
      this.#loading = true;
      const target = thread.conversationId === null
        ? { peerId: thread.peerId }
        : { conversationId: thread.conversationId };
      this.#hasOlder = await connection.older(target);
      this.#loading = false;
    }
    this.#shown += MORE;
    this.update();
  }

  /** Marks as read what can be seen. */
  #read() {
    const { connection, chat } = this.#options;
    const now = chat();
    if (now === undefined || now.info.unread === 0 || !this.#scroll.atBottom || !this.element.isConnected) {
      return;
    }
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    connection.read(now.info.conversation_id, now.timeline.messages.at(-1)?.data.seq ?? 0);
  }
}
