/**
 * Notices of the system, on or off in this browser.
 *
 * @module
 */
import { html, useState } from "../../vendor/preact.js";

/** @import { VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Notifications({ desk: { page, notices } }) {
  const texts = page.texts.value;
  const [state, setState] = useState(() => notices.state());
  const isOn = state === "on";
  const toggle = async () => setState(isOn ? notices.turnOff() : await notices.turnOn());
  const isPossible = isOn || state === "off";
  return html`
    <div class="choice" data-testid="notifications" data-state=${state}>
      <div>
        <p class="label" id="settings-notifications">${texts.t("notices.title")}</p>
        <p class="hint" id="settings-notifications-state" role="status">${texts.t(`notices.${state}`)}</p>
      </div>
      ${!isPossible ? null : html`
        <button
          type="button"
          class="switch"
          role="switch"
          data-testid="notifications-switch"
          aria-checked=${`${isOn}`}
          aria-labelledby="settings-notifications"
          aria-describedby="settings-notifications-state"
          onClick=${toggle}
        >
          <span class="switch-knob"></span>
        </button>
      `}
    </div>
  `;
}
