/**
 * What a JSON Schema says of the fields of an object, for people.
 *
 * @module
 */
import { h } from "./elements.js";
import { entries, list, object } from "./json.js";

/** @import { Json } from "./json.js" */

/**
 * @typedef {object} Field
 * @property {string} name With the fields around it: `data.seq`.
 * @property {boolean} needed
 * @property {readonly (Node | string)[]} form
 * @property {string} note
 */

/**
 * The fields of an object, those of unnamed objects inside it in their places.
 *
 * @param {Json} schema
 * @param {string} [around]
 * @returns {readonly Field[]}
 */
export function fieldsOf(schema, around = "") {
  const needed = list(schema["required"]);
  return entries(schema["properties"]).flatMap(([key, value]) => {
    const inner = object(value);
    const name = around + key;
    const field = {
      name,
      needed: needed.includes(key),
      form: formOf(inner),
      note: String(inner["description"] ?? ""),
    };
    const items = object(inner["items"]);
    return [field, ...fieldsOf(inner, `${name}.`), ...fieldsOf(items, `${name}[].`)];
  });
}

/**
 * The form of a value, in words and links to named shapes.
 *
 * @param {Json} schema
 * @returns {readonly (Node | string)[]}
 */
export function formOf(schema) {
  const shape = /^#\/components\/schemas\/(\w+)$/.exec(String(schema["$ref"] ?? ""))?.[1];
  if (shape !== undefined) return [h("a", { href: `#shape-${shape}` }, shape)];
  const choices = list(schema["anyOf"]).map(object);
  if (choices.length > 0) return joined(choices.map(formOf), " or ");
  if (schema["const"] !== undefined) return [h("code", {}, JSON.stringify(schema["const"]))];
  const words = list(schema["enum"]).map((word) => [h("code", {}, JSON.stringify(word))]);
  if (words.length > 0) return joined(words, " or ");
  if (schema["type"] === "array") return ["list of ", ...formOf(object(schema["items"]))];
  const values = object(schema["additionalProperties"]);
  if (schema["type"] === "object" && Object.keys(values).length > 0) return ["map to ", ...formOf(values)];
  return [simple(schema)];
}

/**
 * @param {Json} schema
 * @returns {string}
 */
function simple(schema) {
  if (schema["format"] === "date-time") return "time, RFC 3339 in UTC";
  if (schema["format"] === "email") return "e-mail address";
  const type = String(schema["type"] ?? "anything");
  const isText = type === "string";
  const least = schema[isText ? "minLength" : "minimum"];
  const most = schema[isText ? "maxLength" : "maximum"];
  const unit = isText ? " characters" : "";
  const fallback = schema["default"] === undefined || schema["default"] === ""
    ? ""
    : `, else ${JSON.stringify(schema["default"])}`;
  return `${WORDS.get(type) ?? type}${bounds(least, most, unit)}${fallback}`;
}

/** @type {ReadonlyMap<string, string>} */
const WORDS = new Map([["string", "text"], ["integer", "whole number"], ["boolean", "true or false"]]);

/**
 * @param {unknown} least
 * @param {unknown} most
 * @param {string} unit
 */
function bounds(least, most, unit) {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `, at least ${String(least)}${unit}`;
  if (least === undefined) return `, at most ${String(most)}${unit}`;
  return `, ${String(least)} to ${String(most)}${unit}`;
}

/**
 * @param {readonly (readonly (Node | string)[])[]} parts
 * @param {string} between
 */
function joined(parts, between) {
  return parts.flatMap((part, at) => at === 0 ? part : [between, ...part]);
}
