/**
 * Invites, for owners: make a link, copy it, take it back.
 *
 * @module
 */
import { endInvite, invites, makeInvite } from "../../core/settings_api.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { CopyButton } from "../parts/copy_button.js";
import { EndingButton } from "../parts/ending_button.js";
import { Failed, Loading, useLoaded } from "../parts/loaded.js";
import { Section } from "./section.js";

/** @import { Refused } from "../../core/http.js" */
/** @import { Invite } from "../../core/settings_api.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

const USES = [1, 5, 25, 100];
const DAYS = [1, 7, 30];
const DAY_S = 86_400;

/**
 * @param {{ desk: Desk, asking: Signal<string> }} props
 * @returns {VNode}
 */
export function Invites({ desk, asking }) {
  const { api, server, texts: { value: texts } } = desk.page;
  const loaded = useLoaded(() => invites(api));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (desk.settings.peek() === "invites") heading.current?.focus();
  }, []);
  /** @param {Invite} invite */
  const end = async ({ id }) => {
    const result = await endInvite(api, id);
    if (!result.ok && result.status !== 404) return result;
    loaded.set((loaded.data ?? []).filter((other) => other.id !== id));
    heading.current?.focus();
    return null;
  };
  return html`
    <${Section} name="invites" title=${texts.t("invites.title")} heading=${heading}>
      <p class="hint">${texts.t(
        server.value.registration === "closed" ? "invites.closed" : "invites.hint",
      )}</p>
      <${NewInvite} desk=${desk} onMade=${(/** @type {readonly Invite[]} */ made) =>
        loaded.set([...made, ...(loaded.data ?? [])])} />
      <${Loading} texts=${texts} loaded=${loaded} />
      <ul class="entries" data-testid="invites">
        ${(loaded.data ?? []).map((invite) =>
          html`<${InviteEntry} key=${invite.id} desk=${desk} invite=${invite} asking=${asking} onEnd=${end} />`
        )}
      </ul>
      ${loaded.data?.length === 0 ? html`<p class="hint">${texts.t("invites.none")}</p>` : null}
    <//>
  `;
}

/**
 * @param {{ desk: Desk, onMade: (made: readonly Invite[]) => void }} props
 * @returns {VNode}
 */
function NewInvite({ desk, onMade }) {
  const { api, texts: { value: texts } } = desk.page;
  const [uses, setUses] = useState(1);
  const [days, setDays] = useState(7);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(/** @type {Refused | null} */ (null));
  /** @param {Event} event */
  const make = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const result = await makeInvite(api, { uses, expires_in: days * DAY_S });
    setBusy(false);
    setRefused(result.ok ? null : result);
    if (result.ok) onMade(result.data);
  };
  return html`
    <form class="invite-form" onSubmit=${make}>
      <label class="invite-choice">
        <span class="label">${texts.t("invites.uses")}</span>
        <${Choice} testId="invite-uses" value=${uses} onChoose=${setUses} options=${USES.map((
          count,
        ) => /** @type {const} */ ([
          count,
          texts.t(count === 1 ? "invites.one" : "invites.several", { count }),
        ]))} />
      </label>
      <label class="invite-choice">
        <span class="label">${texts.t("invites.valid")}</span>
        <${Choice} testId="invite-days" value=${days} onChoose=${setDays} options=${DAYS.map((
          count,
        ) => /** @type {const} */ ([count, texts.days(count)]))} />
      </label>
      <button type="submit" class="button" data-testid="make-invite" aria-disabled=${busy ? "true" : null}>
        ${texts.t("invites.make")}
      </button>
    </form>
    ${refused === null ? null : html`<${Failed} texts=${texts} refused=${refused} onAgain=${null} />`}
  `;
}

/**
 * @typedef {object} ChoiceProps
 * @property {string} testId
 * @property {number} value
 * @property {readonly (readonly [value: number, label: string])[]} options
 * @property {(value: number) => void} onChoose
 */

/**
 * @param {ChoiceProps} props
 * @returns {VNode}
 */
function Choice({ testId, value, options, onChoose }) {
  return html`
    <select
      class="select"
      data-testid=${testId}
      value=${value}
      onChange=${(/** @type {Event & { currentTarget: HTMLSelectElement }} */ event) =>
        onChoose(Number(event.currentTarget.value))}
    >
      ${options.map(([option, label]) => html`<option key=${option} value=${option}>${label}</option>`)}
    </select>
  `;
}

/**
 * @param {object} props
 * @param {Desk} props.desk
 * @param {Invite} props.invite
 * @param {Signal<string>} props.asking
 * @param {(invite: Invite) => Promise<Refused | null>} props.onEnd
 * @returns {VNode}
 */
function InviteEntry({ desk, invite, asking, onEnd }) {
  const { page } = desk;
  const texts = page.texts.value;
  const { id, link, usesLeft, expiresAt } = invite;
  return html`
    <li class="entry" data-testid="invite-entry">
      <div class="entry-text">
        <p class="entry-link" data-testid="invite-link">${link}</p>
        <p class="hint">
          ${texts.t(usesLeft === 1 ? "invites.left_one" : "invites.left", {
            count: usesLeft,
            when: texts.when(expiresAt, page.now()),
          })}
        </p>
      </div>
      <div class="entry-actions">
        <${CopyButton} texts=${texts} testId="copy-invite" text=${() => link} />
        <${EndingButton}
          texts=${texts}
          testId="end-invite"
          id=${`invite ${id}`}
          label=${texts.t("invites.end")}
          question=${texts.t("invites.end_question")}
          asking=${asking}
          onEnd=${() => onEnd(invite)}
        />
      </div>
    </li>
  `;
}
