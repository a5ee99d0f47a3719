/**
 * The head of a thread: the way back, who it is, and whether they are there.
 *
 * @module
 */
import { lastSeen } from "../../core/last_seen.js";
import { html, useEffect, useRef } from "../../vendor/preact.js";
import { Icon } from "../parts/icon.js";
import { Avatar, nameOf, presenceOf } from "../parts/person.js";
import { isTouched } from "../parts/pointer.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */
/** @import { OpenThread } from "../open_thread.js" */

/**
 * @param {{ desk: Desk, thread: OpenThread }} props
 * @returns {VNode}
 */
export function ThreadHead({ desk, thread }) {
  const { page } = desk;
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const asked = desk.focusAsked.value;
  // Where a field would open a keyboard, one begins at the top.
  useEffect(() => {
    if (asked > 0 && isTouched()) heading.current?.focus({ preventScroll: true });
  }, [asked]);
  const texts = page.texts.value;
  const person = desk.personOf(thread.peerId);
  const isDirect = thread.peerId !== 0;
  const name = isDirect ? nameOf(person, texts) : texts.t("list.unknown_kind");
  const presence = presenceOf(person, desk.link.value);
  const words = presence === "offline"
    ? lastSeen(person.last_seen, { texts, now: page.now() })
    : texts.t(`presence.${presence}`);
  return html`
    <header class="thread-head">
      <button
        type="button"
        class="button quiet round back"
        data-testid="back"
        aria-label=${texts.t("thread.back")}
        onClick=${() => desk.back()}
      >
        <${Icon} name="back" />
      </button>
      ${!isDirect ? null : html`<${Avatar} userId=${thread.peerId} name=${name} presence=${presence} />`}
      <div class="thread-who">
        <h2 ref=${heading} class="thread-name" data-testid="thread-name" dir="auto" tabindex="-1">${name}</h2>
        ${!isDirect ? null : html`
          <p class="thread-presence" data-testid="thread-presence" data-status=${presence}>${words}</p>
        `}
      </div>
    </header>
  `;
}
