/**
 * The settings: account, devices, this browser, and what owners may do. A dialog over the messenger.
 *
 * @module
 */
import { html, useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { Icon } from "../parts/icon.js";
import { Loading, useLoaded } from "../parts/loaded.js";
import { About } from "./about.js";
import { ThisBrowser } from "./browser.js";
import { Devices } from "./devices.js";
import { ServerFigures } from "./figures.js";
import { Invites } from "./invites.js";
import { Password } from "./password.js";
import { People } from "./people.js";
import { Profile } from "./profile.js";
import { Section } from "./section.js";

/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk }} props
 * @returns {VNode}
 */
export function Settings({ desk }) {
  const texts = desk.page.texts.value;
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const asking = useSignal("");
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Closed while it is in the document, it gives the focus back.
    return () => element?.close();
  }, []);
  const close = () => {
    desk.settings.value = null;
  };
  return html`
    <dialog
      ref=${dialog}
      class="settings"
      aria-labelledby="settings-heading"
      onClose=${(/** @type {Event & { currentTarget: HTMLElement }} */ { currentTarget }) => {
        // Told late: of a dialog that is gone, while the next one may be open.
        if (currentTarget.isConnected) close();
      }}
      onCancel=${(/** @type {Event} */ event) => {
        // By itself it would close first and tell later: a key in between would be lost.
        event.preventDefault();
        close();
      }}
      onClick=${(/** @type {Event} */ { target }) => target === dialog.current && close()}
    >
      <div class="settings-box">
        <header class="settings-head">
          <h2 id="settings-heading" class="settings-heading">${texts.t("settings.title")}</h2>
          <button
            type="button"
            class="button quiet round"
            data-testid="settings-close"
            aria-label=${texts.t("settings.close")}
            onClick=${close}
          >
            <${Icon} name="close" />
          </button>
        </header>
        <div class="settings-body">
          ${desk.debug ? null : html`<${AccountSections} desk=${desk} asking=${asking} />`}
          <${ThisBrowser} desk=${desk} />
          ${desk.account.value?.role !== "owner" ? null : html`
            <${Invites} desk=${desk} asking=${asking} />
            <${People} desk=${desk} asking=${asking} />
            <${ServerFigures} desk=${desk} />
          `}
          <${About} page=${desk.page} />
        </div>
      </div>
    </dialog>
  `;
}

/**
 * @param {{ desk: Desk, asking: Signal<string> }} props
 * @returns {VNode}
 */
function AccountSections({ desk, asking }) {
  const texts = desk.page.texts.value;
  const loaded = useLoaded(() => desk.learnAccount());
  const account = loaded.data === null ? null : desk.account.value;
  const devicesChanged = useSignal(0);
  return html`
    ${account !== null ? html`<${Profile} desk=${desk} account=${account} />` : html`
      <${Section} name="profile" title=${texts.t("settings.profile")}>
        <${Loading} texts=${texts} loaded=${loaded} />
        <//>
    `}
    <${Password} desk=${desk} account=${account} onChanged=${() => devicesChanged.value++} />
    <${Devices} key=${devicesChanged.value} desk=${desk} asking=${asking} />
  `;
}
