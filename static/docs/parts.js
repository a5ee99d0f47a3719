/**
 * The parts that both documents are shown with.
 *
 * @module
 */
import { h } from "./elements.js";
import { fieldsOf } from "./fields.js";

/** @import { Json } from "./json.js" */

/**
 * Text with its words in backticks as code.
 *
 * @param {string} text
 * @returns {readonly (Node | string)[]}
 */
export function prose(text) {
  return text.split("`").map((part, at) => at % 2 === 1 ? h("code", {}, part) : part);
}

/**
 * One thing of the interface: a card that can be linked to.
 *
 * @param {string} id
 * @param {Node} title
 * @param {...(Node | string)} children
 */
export function card(id, title, ...children) {
  const heading = h(
    "h3",
    {},
    title,
    h("a", { class: "anchor", href: `#${id}`, "aria-label": `Link to ${id}` }, "#"),
  );
  return h("section", { class: "card", id }, heading, ...children);
}

/**
 * @param {readonly string[]} heads
 * @param {readonly (readonly (readonly (Node | string)[])[])[]} rows
 */
export function table(heads, rows) {
  const head = h("tr", {}, ...heads.map((word) => h("th", { scope: "col" }, word)));
  const body = rows.map((cells) =>
    h("tr", {}, ...cells.map((cell, at) => h("td", { "data-head": heads[at] ?? "" }, ...cell)))
  );
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...body));
}

/**
 * The fields of a schema under a small heading; nothing where it has none.
 *
 * @param {string} title
 * @param {Json} schema
 * @returns {readonly Node[]}
 */
export function fieldPart(title, schema) {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return [];
  const rows = fields.map((field) => [
    [h("code", {}, field.name), ...(field.needed ? [] : [h("span", { class: "quiet" }, " optional")])],
    field.form,
    prose(field.note),
  ]);
  return [h("h4", {}, title), table(["Field", "Form", "Meaning"], rows)];
}

/**
 * A value as it looks on the wire.
 *
 * @param {string} title
 * @param {unknown} value
 * @returns {readonly Node[]}
 */
export function examplePart(title, value) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return [h("h4", {}, title), h("pre", { tabindex: 0, role: "group", "aria-label": title }, text)];
}
