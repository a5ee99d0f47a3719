/**
 * Where a message is written. Enter sends, Shift+Enter breaks the line, and input methods keep their Enter.
 *
 * @module
 */
import { codePoints } from "../../core/frames.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { threadKey } from "../open_thread.js";
import { isPlainEnter } from "../parts/enter_key.js";
import { Icon } from "../parts/icon.js";
import { nameOf } from "../parts/person.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** @typedef {{ desk: Desk, thread: OpenThread }} ComposerProps */

const MAX_POINTS = 10_000;
/** From here on the count shows. */
const SHOWN_FROM = 9_000;

/**
 * @param {ComposerProps} props
 * @returns {VNode}
 */
export function Composer({ desk, thread }) {
  const texts = desk.page.texts.value;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, setText] = useState(() => desk.writing.get(threadKey(thread)));
  const [isFull, setFull] = useState(false);
  useFocus(desk, field);
  const points = codePoints(text);
  const isOver = points > MAX_POINTS;
  const isSendable = !isOver && text.trim() !== "";
  /** @param {string} next */
  const write = (next) => {
    setText(next);
    setFull(false);
    desk.writing.set(threadKey(thread), next);
  };
  const send = () => {
    if (!isSendable) return;
    if (desk.send({ toUserId: thread.peerId, content: text })) write("");
    else setFull(true);
  };
  /** @param {KeyboardEvent} event */
  const hearKey = (event) => {
    if (!isPlainEnter(event)) return;
    event.preventDefault();
    send();
  };
  return html`
    <form
      class="composer"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        send();
      }}
    >
      ${isFull ? html`<p class="composer-fault" role="alert">${texts.t("thread.full")}</p>` : null}
      <textarea
        ref=${field}
        class="composer-input"
        data-testid="composer"
        rows="1"
        dir="auto"
        value=${text}
        aria-label=${texts.t("thread.composer", { name: nameOf(desk.personOf(thread.peerId), texts) })}
        placeholder=${texts.t("thread.placeholder")}
        onInput=${(/** @type {Event & { currentTarget: HTMLTextAreaElement }} */ { currentTarget }) => {
          write(currentTarget.value);
          desk.connection.typing(currentTarget.value === "" ? null : thread.peerId);
        }}
        onKeyDown=${hearKey}
      ></textarea>
      ${points < SHOWN_FROM ? null : html`
        <span class="character-count" data-testid="character-count" data-over=${`${isOver}`}>${`${points} / ${MAX_POINTS}`}</span>
      `}
      <button
        type="submit"
        class="button primary round"
        data-testid="send"
        aria-label=${texts.t("thread.send")}
        disabled=${!isSendable}
        onPointerDown=${(/** @type {Event} */ event) => event.preventDefault()}
      >
        <${Icon} name="send" />
      </button>
    </form>
  `;
}

/**
 * Puts the cursor where one writes when it is asked for, except where that would open a keyboard over the messages.
 *
 * @param {Desk} desk
 * @param {{ current: HTMLElement | null }} field
 */
function useFocus(desk, field) {
  const asked = desk.focusAsked.value;
  useEffect(() => {
    if (asked > 0 && !matchMedia("(pointer: coarse)").matches) field.current?.focus({ preventScroll: true });
  }, [asked]);
}
