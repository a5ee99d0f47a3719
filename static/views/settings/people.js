/**
 * The accounts of this server, for owners.
 *
 * @module
 */
import { accounts } from "../../core/settings_api.js";
import { html, useState } from "../../vendor/preact.js";
import { Field } from "../parts/field.js";
import { Loading, useLoaded } from "../parts/loaded.js";
import { PersonEntry } from "./person_entry.js";
import { Section } from "./section.js";

/** @import { Account } from "../../core/api.js" */
/** @import { AccountPage } from "../../core/settings_api.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */
/** @import { Desk } from "../desk.js" */

/**
 * @param {{ desk: Desk, asking: Signal<string> }} props
 * @returns {VNode}
 */
export function People({ desk, asking }) {
  const texts = desk.page.texts.value;
  const [typed, setTyped] = useState("");
  const [prefix, setPrefix] = useState("");
  return html`
    <${Section} name="people" title=${texts.t("people.title")}>
      <form
        class="people-form"
        role="search"
        onSubmit=${(/** @type {Event} */ event) => {
          event.preventDefault();
          setPrefix(typed.trim());
        }}
      >
        <${Field}
          testId="people-search"
          name="people-search"
          label=${texts.t("people.search")}
          value=${typed}
          onInput=${setTyped}
          attributes=${{ type: "search", autocomplete: "off", autocapitalize: "none", spellcheck: false }}
        />
        <button type="submit" class="button" data-testid="people-find">${texts.t("people.find")}</button>
      </form>
      <${Pages} key=${prefix} desk=${desk} prefix=${prefix} asking=${asking} />
      <//>
  `;
}

/**
 * @param {{ desk: Desk, prefix: string, asking: Signal<string> }} props
 * @returns {VNode}
 */
function Pages({ desk, prefix, asking }) {
  const { api, texts: { value: texts } } = desk.page;
  const [shown, setShown] = useState(/** @type {readonly Account[]} */ ([]));
  const loaded = useLoaded(async () => {
    const result = await accounts(api, { prefix, after: shown.at(-1)?.id ?? 0 });
    if (result.ok) setShown((before) => [...before, ...result.data.users]);
    return result;
  });
  return html`
    <ul class="entries" data-testid="people">
      ${shown.map((account) =>
        html`
          <${PersonEntry}
            key=${account.id}
            desk=${desk}
            account=${account}
            asking=${asking}
            onChanged=${(/** @type {Account} */ changed) =>
              setShown((before) => before.map((one) => one.id === changed.id ? changed : one))}
          />
        `
      )}
    </ul>
    <${Loading} texts=${texts} loaded=${loaded} />
    ${loaded.data !== null && shown.length === 0 ? html`<p class="hint">${texts.t("people.none")}</p>` : null}
    ${loaded.data?.hasMore === true
      ? html`
        <button type="button" class="button" data-testid="more-people" onClick=${loaded.again}>
          ${texts.t("people.more")}
        </button>
      `
      : null}
  `;
}
