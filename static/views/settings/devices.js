/**
 * Where one is signed in, and the ways to end it.
 *
 * @module
 */
import { endOtherSessions, endSession, sessions } from "../../core/settings_api.js";
import { html, useRef } from "../../vendor/preact.js";
import { EndingButton } from "../parts/ending_button.js";
import { Icon } from "../parts/icon.js";
import { Loading, useLoaded } from "../parts/loaded.js";
import { Section } from "./section.js";

/** @import { Texts } from "../../core/i18n.js" */
/** @import { SessionInfo } from "../../core/settings_api.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk, asking: Signal<string> }} props
 * @returns {VNode}
 */
export function Devices({ desk, asking }) {
  const { api, texts: { value: texts } } = desk.page;
  const loaded = useLoaded(() => sessions(api));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const waiting = desk.state.value.drafts.length + desk.writing.count;
  /** @param {SessionInfo} session */
  const end = async ({ id }) => {
    const result = await endSession(api, id);
    // What somebody else ended is ended.
    if (!result.ok && result.status !== 404) return result;
    loaded.set((loaded.data ?? []).filter((other) => other.id !== id));
    heading.current?.focus();
    return null;
  };
  const endAll = async () => {
    const result = await endOtherSessions(api);
    if (!result.ok) return result;
    desk.leave();
    return null;
  };
  const signOut = () => {
    desk.leave();
    return Promise.resolve(null);
  };
  return html`
    <${Section} name="devices" title=${texts.t("settings.devices")} heading=${heading}>
      <${Loading} texts=${texts} loaded=${loaded} />
      <ul class="entries" data-testid="devices">
        ${(loaded.data ?? []).map((session) =>
          html`<${Device} key=${session.id} desk=${desk} session=${session} asking=${asking} onEnd=${end} />`
        )}
      </ul>
      <div class="actions">
        <${EndingButton}
          texts=${texts}
          testId="sign-out"
          id="sign-out"
          label=${texts.t("main.sign_out")}
          question=${waiting === 0 ? null : texts.t("settings.unsent", { count: waiting })}
          asking=${asking}
          onEnd=${signOut}
        />
        <${EndingButton}
          texts=${texts}
          testId="sign-out-everywhere"
          id="sign-out-everywhere"
          label=${texts.t("settings.everywhere")}
          question=${texts.t("settings.everywhere_question")}
          asking=${asking}
          onEnd=${endAll}
        />
      </div>
      <//>
  `;
}

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {SessionInfo} props.session
 * @param {Signal<string>} props.asking
 * @param {(session: SessionInfo) => Promise<import("../../core/http.js").Refused | null>} props.onEnd
 * @returns {VNode}
 */
function Device({ desk, session, asking, onEnd }) {
  const { page } = desk;
  const texts = page.texts.value;
  const { id, address, createdAt, lastUsedAt, current } = session;
  const name = deviceName(session, texts);
  const isPhone = /Android|iOS|iPhone|iPad/i.test(session.device);
  return html`
    <li class="entry" data-testid="device" data-session-id=${id} data-current=${`${current}`}>
      <span class="entry-mark"><${Icon} name=${isPhone ? "phone" : "device"} /></span>
      <div class="entry-text">
        <p class="entry-name">
          <span>${name}</span>
          ${current ? html`<span class="tag">${texts.t("settings.this_device")}</span>` : null}
        </p>
        <p class="hint">${address}</p>
        <p class="hint">${texts.t("settings.signed_in_at", { when: texts.when(createdAt, page.now()) })}</p>
        <p class="hint">${texts.t("settings.last_used", { when: texts.when(lastUsedAt, page.now()) })}</p>
      </div>
      ${current ? null : html`
        <div class="entry-actions">
          <${EndingButton}
            texts=${texts}
            testId="end-session"
            id=${`session ${id}`}
            label=${texts.t("settings.end_session")}
            name=${texts.t("settings.end_session_of", { name })}
            question=${texts.t("settings.end_session_question")}
            asking=${asking}
            onEnd=${() => onEnd(session)}
          />
        </div>
      `}
    </li>
  `;
}

/**
 * What to call a device. The server says "Firefox on Linux".
 *
 * @param {SessionInfo} session
 * @param {Texts} texts
 * @returns {string}
 */
function deviceName({ device }, texts) {
  if (device === "") return texts.t("settings.unknown_device");
  const [, browser, system] = /^(.+) on (.+)$/.exec(device) ?? [];
  return browser === undefined || system === undefined
    ? device
    : texts.t("settings.device_name", { browser, system });
}
