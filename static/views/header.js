/**
 * The top of the messenger: who one is, how the connection is, and the ways to settings and out.
 *
 * @module
 */
import { html } from "../vendor/preact.js";
import { Icon } from "./parts/icon.js";

/** @import { VNode } from "../vendor/preact.js" */
/** @import { Desk } from "./desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Header({ desk }) {
  const { page, debug } = desk;
  const texts = page.texts.value;
  const { selfName, selfId } = desk.state.value;
  // The welcome's name is that of the moment it was said.
  const name = desk.account.value?.username ?? selfName;
  const stopped = desk.stopped.value;
  const link = desk.link.value;
  const words = (stopped === null ? null : texts.named(stopped)) ?? texts.t(`state.${link}`);
  return html`
    <header class="top">
      <h1 class="brand">
        <span class="brand-mark"><${Icon} name="chat" /></span>
        <span class="brand-name">${texts.t("app.name")}</span>
      </h1>
      <div class="state" role="status" data-testid="connection-state" data-state=${link}>
        <span class="state-dot" aria-hidden="true"></span>
        <span class="state-text">${words}</span>
      </div>
      ${stopped === null ? null : html`
        <button type="button" class="button small" data-testid="reconnect" onClick=${() => desk.reconnect()}>
          ${texts.t("state.reconnect")}
        </button>
      `}
      <span class="gap"></span>
      <span class="self-name" dir="auto">${debug ? `${name} #${selfId}` : name}</span>
      <button
        type="button"
        class="button quiet"
        data-testid="settings"
        aria-haspopup="dialog"
        onClick=${() => desk.settings.value = ""}
      >
        <${Icon} name="settings" />
        <span class="button-text">${texts.t("settings.title")}</span>
      </button>
      ${!debug ? null : html`
        <button type="button" class="button quiet" data-testid="disconnect" onClick=${() => desk.leave()}>
          <${Icon} name="leave" />
          <span class="button-text">${texts.t("debug.disconnect")}</span>
        </button>
      `}
    </header>
  `;
}
