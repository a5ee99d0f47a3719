/**
 * A form that shows every fault at once, beside its field and in words, and is sent once at a time.
 *
 * @module
 */
import { faultsOf, NO_FAULTS, wordsOf } from "../../core/refusal.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { Field } from "./field.js";
import { PasswordField } from "./password.js";

/** @import { Refused } from "../../core/http.js" */
/** @import { Texts } from "../../core/i18n.js" */
/** @import { Faults } from "../../core/refusal.js" */
/** @import { Signal, VNode } from "../../vendor/preact.js" */

/** @typedef {Readonly<Record<string, string>>} Values What is typed, by field. */

/**
 * @typedef {object} FormField
 * @property {string} name As the server calls it.
 * @property {string} [testId] Default: the name.
 * @property {string} label
 * @property {string} [hint]
 * @property {boolean} [secret] A password.
 * @property {Readonly<Record<string, unknown>>} [attributes] Of the input.
 */

/**
 * @typedef {object} FormProps
 * @property {Texts} texts
 * @property {readonly FormField[]} fields
 * @property {Signal<Values>} values What is typed; it outlives the form.
 * @property {(values: Values) => Readonly<Record<string, string>>} check What is wrong already: names of sentences, by field.
 * @property {(values: Values) => Promise<Refused | null>} send
 * @property {string} submitLabel
 * @property {string} [submitTestId] Default: `submit`.
 * @property {string} [done] What to say once it was sent, until something is typed.
 * @property {VNode | null} [before] Stands above the fields.
 */

/**
 * @param {FormProps} props
 * @returns {VNode}
 */
export function Form(props) {
  const { texts, fields, values, submitLabel, submitTestId = "submit", done = "", before = null } = props;
  const { form, faults, busy, isDone, clear, submit } = useSending(props);
  const [shown, setShown] = useState(false);
  const fieldOf = (
    /** @type {FormField} */ { name, testId = name, label, hint = "", secret, attributes },
  ) => {
    const fault = faults.fields[name];
    const common = {
      key: name,
      name: testId,
      testId,
      label,
      hint,
      value: values.value[name] ?? "",
      fault: fault === undefined ? "" : wordsOf(texts, fault),
      attributes: { ...attributes, name },
      onInput(/** @type {string} */ text) {
        values.value = { ...values.peek(), [name]: text };
        clear(name);
      },
    };
    return secret === true
      ? html`<${PasswordField} ...${common} texts=${texts} shown=${shown} onShow=${setShown} />`
      : html`<${Field} ...${common} />`;
  };
  return html`
    <form
      ref=${form}
      class="form"
      method="post"
      novalidate
      aria-busy=${`${busy}`}
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        // Password managers know a password by its field's type.
        setShown(false);
        void submit();
      }}
    >
      ${before}
      ${fields.map(fieldOf)}
      ${faults.problem === null ? null : html`
        <p class="form-error" data-testid="form-error" role="alert">${wordsOf(texts, faults.problem)}</p>
      `}
      ${isDone && done !== "" ? html`<p class="note done" role="status">${done}</p>` : null}
      <button
        type="submit"
        class="button primary wide"
        data-testid=${submitTestId}
        aria-disabled=${busy ? "true" : null}
      >
        ${busy ? texts.t("sign_in.busy") : submitLabel}
      </button>
    </form>
  `;
}

/**
 * Where Enter leads that was pressed too early to send: on to the first field that only waits to be filled in, where
 * nothing else is wrong. Null: it is time to say what is.
 *
 * @param {HTMLFormElement | null} form
 * @param {Readonly<Record<string, string>>} found
 * @returns {HTMLElement | null}
 */
function nextField(form, found) {
  const inputs = [...form?.querySelectorAll("input:not([hidden])") ?? []]
    .filter((input) => input instanceof HTMLInputElement);
  const at = inputs.findIndex((input) => input === document.activeElement);
  const open = inputs.filter((input) => found[input.name] !== undefined);
  const [first] = open;
  if (at < 0 || first === undefined) return null;
  const isOnlyAhead = open.every((input) =>
    found[input.name] === "fault.required" && inputs.indexOf(input) > at
  );
  return isOnlyAhead ? first : null;
}

/**
 * The sending of a form: what is at fault, whether it is on its way.
 *
 * @param {FormProps} props
 */
function useSending({ texts, fields, values, check, send }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const sending = useRef(false);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState(/** @type {Faults} */ (NO_FAULTS));
  const [isDone, setDone] = useState(false);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    const faulty = form.current?.querySelector("input[aria-invalid]");
    if (refusals > 0 && faulty instanceof HTMLElement) faulty.focus();
  }, [refusals]);
  /** @param {Faults} next */
  const refuse = (next) => {
    setFaults(next);
    setRefusals((count) => count + 1);
  };
  const submit = async () => {
    if (sending.current) return;
    setDone(false);
    const found = check(values.peek());
    const next = nextField(form.current, found);
    if (next !== null) return next.focus();
    if (Object.keys(found).length > 0) {
      const faults = Object.entries(found).map(([name, key]) => [name, { key }]);
      return refuse({ fields: Object.fromEntries(faults), problem: null });
    }
    sending.current = true;
    setBusy(true);
    setFaults(NO_FAULTS);
    const refused = await send(values.peek());
    sending.current = false;
    setBusy(false);
    const names = fields.map(({ name }) => name);
    if (refused === null) setDone(true);
    else refuse(faultsOf(refused, { language: texts.language, fields: names }));
  };
  /** @param {string} name */
  const clear = (name) => {
    setDone(false);
    const { [name]: cleared, ...rest } = faults.fields;
    if (cleared !== undefined) setFaults({ fields: rest, problem: faults.problem });
  };
  return { form, faults, busy, isDone, clear, submit };
}
