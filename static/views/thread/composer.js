/**
 * Where a message is written. Enter sends, Shift+Enter breaks the line, and input methods keep their Enter. Whatever
 * the connection does, what is written stays.
 *
 * @module
 */
import { codePoints } from "../../core/frames.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { threadKey } from "../open_thread.js";
import { isPlainEnter } from "../parts/enter_key.js";
import { Icon } from "../parts/icon.js";
import { nameOf } from "../parts/person.js";
import { isTouched } from "../parts/pointer.js";
import { CharacterCount, MAX_POINTS } from "./character_count.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/** @typedef {{ current: HTMLTextAreaElement | null }} FieldRef */

const COUNT_ID = "character-count";

/**
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function Composer({ desk, thread }) {
  const texts = desk.page.texts.value;
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [text, write] = useWriting(desk, { thread, field });
  const [isFull, setFull] = useState(false);
  useFocus(desk, field);
  useGrowth(field, text);
  const points = codePoints(text);
  const isSendable = points <= MAX_POINTS && text.trim() !== "";
  const send = () => {
    if (!isSendable) return;
    const isTaken = desk.send({ toUserId: thread.peerId, content: text });
    setFull(!isTaken);
    if (isTaken) write("");
  };
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    send();
  };
  /** @param {Event & { currentTarget: HTMLTextAreaElement }} event */
  const hearInput = ({ currentTarget: { value } }) => {
    write(value);
    setFull(false);
    desk.connection.typing(value === "" ? null : thread.peerId);
  };
  /** @param {KeyboardEvent} event */
  const hearKey = (event) => {
    if (isPlainEnter(event)) submit(event);
  };
  return html`
    <form class="composer" onSubmit=${submit}>
      ${isFull ? html`<p class="composer-fault" role="alert">${texts.t("thread.full")}</p>` : null}
      <textarea
        ref=${field}
        class="composer-input"
        data-testid="composer"
        rows="1"
        dir="auto"
        value=${text}
        aria-label=${texts.t("thread.composer", { name: nameOf(desk.personOf(thread.peerId), texts) })}
        aria-describedby=${COUNT_ID}
        aria-invalid=${points > MAX_POINTS ? "true" : null}
        placeholder=${texts.t("thread.placeholder")}
        onInput=${hearInput}
        onKeyDown=${hearKey}
      ></textarea>
      <button
        type="submit"
        class="button primary round"
        data-testid="send"
        aria-label=${texts.t("thread.send")}
        disabled=${!isSendable}
        onPointerDown=${keepFocus}
      >
        <${Icon} name="send" />
      </button>
      <${CharacterCount} id=${COUNT_ID} texts=${texts} points=${points} />
    </form>
  `;
}

/**
 * What is written here: kept on this device, and followed while another tab writes it.
 *
 * @param {Desk} desk
 * @param {{ thread: OpenThread, field: FieldRef }} options
 * @returns {[string, (text: string) => void]}
 */
function useWriting({ connection: { writing } }, { thread, field }) {
  const key = threadKey(thread);
  const [text, setText] = useState(() => writing.get(key));
  useEffect(() =>
    writing.watch((change) => {
      if (change.thread === key && document.activeElement !== field.current) setText(change.text);
    }), [key]);
  /** @param {string} next */
  const write = (next) => {
    setText(next);
    writing.set(key, next);
  };
  return [text, write];
}

/**
 * Puts the cursor where one writes when that is asked for, except where it would open a keyboard over the messages.
 *
 * @param {Desk} desk
 * @param {FieldRef} field
 */
function useFocus(desk, field) {
  const asked = desk.focusAsked.value;
  useEffect(() => {
    if (asked > 0 && !isTouched()) field.current?.focus({ preventScroll: true });
  }, [asked]);
}

/**
 * The field is as high as what is in it, also in browsers that do not see to it by the style sheet.
 *
 * @param {FieldRef} field
 * @param {string} text
 */
function useGrowth(field, text) {
  useLayoutEffect(() => {
    if (field.current === null || CSS.supports("field-sizing", "content")) return;
    const { style } = field.current;
    style.setProperty("height", "auto");
    style.setProperty("height", `${field.current.scrollHeight + 2}px`);
  }, [text]);
}

/**
 * A press on the button leaves the cursor where it is, and the keyboard of a phone open.
 *
 * @param {Event} event
 */
function keepFocus(event) {
  event.preventDefault();
}
