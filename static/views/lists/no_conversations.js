/**
 * A list without conversations: what to do about it.
 *
 * @module
 */
import { html, useEffect } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function NoConversations({ desk }) {
  const texts = desk.page.texts.value;
  const isKnown = desk.state.value.since !== null;
  useEffect(() => {
    if (isKnown && !desk.debug && desk.account.peek() === null) void desk.learnAccount();
  }, [isKnown]);
  if (!isKnown) {
    const isOnTheWay = desk.link.value !== "offline";
    return html`
      <p class="list-empty">${texts.t(isOnTheWay ? "app.loading" : "list.offline")}</p>
    `;
  }
  const mayInvite = desk.account.value?.role === "owner" && desk.page.server.value.registration !== "closed";
  return html`
    <div class="list-empty">
      <p>${texts.t(desk.debug ? "list.empty_debug" : "list.empty")}</p>
      ${mayInvite
        ? html`
          <p>${texts.t("list.invite_hint")}</p>
          <button type="button" class="button small" data-testid="invite-people" onClick=${() =>
            desk.settings.value = "invites"}>
            ${texts.t("list.invite")}
          </button>
        `
        : null}
    </div>
  `;
}
