/**
 * The documented sending form: target user id, message, send.
 *
 * @module
 */
import { readUserId } from "../../core/debug_identity.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { isPlainEnter } from "../parts/enter_key.js";
import { Field } from "../parts/field.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function DebugSend({ desk }) {
  const texts = desk.page.texts.value;
  const [target, setTarget] = useState("");
  const [content, setContent] = useState("");
  const [checked, setChecked] = useState(false);
  const [full, setFull] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const opened = desk.open.value?.peerId ?? 0;
  // Whoever opens a thread means to write to that person.
  useEffect(() => {
    if (opened !== 0) setTarget(`${opened}`);
  }, [opened]);
  const toUserId = readUserId(target);
  const isSelf = toUserId !== null && toUserId === desk.connection.userId;
  const isEmpty = content.trim() === "";
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const isReady = toUserId !== null && !isSelf && !isEmpty;
    setChecked(!isReady);
    if (!isReady) return;
    const isTaken = desk.send({ toUserId, content });
    setFull(!isTaken);
    if (isTaken) setContent("");
  };
  /** @param {KeyboardEvent} event */
  const hearKey = (event) => {
    if (!isPlainEnter(event)) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  const targetFault = toUserId === null ? "fault.user_id" : isSelf ? "fault.target_self" : null;
  return html`
    <form ref=${form} class="panel form debug-send" novalidate onSubmit=${submit}>
      <h2 class="panel-title">${texts.t("debug.send_title")}</h2>
      <${Field}
        testId="debug-target-id"
        name="debug-target-id"
        label=${texts.t("debug.target_id")}
        value=${target}
        onInput=${setTarget}
        fault=${checked && targetFault !== null ? texts.t(targetFault) : ""}
        attributes=${{ inputmode: "numeric", autocomplete: "off", placeholder: "2" }}
      />
      <${Field}
        testId="debug-content"
        name="debug-content"
        label=${texts.t("debug.content")}
        value=${content}
        onInput=${(/** @type {string} */ text) => {
          setContent(text);
          desk.connection.typing(text === "" ? null : toUserId);
        }}
        fault=${checked && isEmpty ? texts.t("fault.content") : ""}
        multiline
        attributes=${{ rows: 2, onKeyDown: hearKey }}
      />
      ${full
        ? html`<p class="form-error" data-testid="form-error" role="alert">${texts.t("thread.full")}</p>`
        : null}
      <button type="submit" class="button primary" data-testid="debug-send">${texts.t("debug.send")}</button>
    </form>
  `;
}
