/**
 * What asyncapi.json says, as a part of the page.
 *
 * @module
 */
import { h } from "./elements.js";
import { formOf } from "./fields.js";
import { entries, list, object } from "./json.js";
import { card, examplePart, fieldPart, prose, table } from "./parts.js";

/** @import { Json } from "./json.js" */

/**
 * Who may connect, the frames both ways, the close codes and the errors.
 *
 * @param {Json} doc
 * @returns {readonly Node[]}
 */
export function socketParts(doc) {
  const messages = entries(object(doc["components"])["messages"]);
  const cards = (/** @type {string} */ side) =>
    messages.filter(([name]) => name.startsWith(`${side}_`)).map(([name, message]) =>
      frameCard(name, object(message))
    );
  const socket = object(object(doc["channels"])["socket"]);
  return [
    h("h2", { id: "socket" }, "WebSocket: /ws"),
    ...about(String(object(doc["info"])["description"] ?? "")),
    h("p", {}, ...prose(String(socket["description"] ?? ""))),
    h("h2", { id: "socket-client" }, "Frames from the client"),
    ...cards("client"),
    h("h2", { id: "socket-server" }, "Frames from the server"),
    ...cards("server"),
    h("h2", { id: "socket-close" }, "Close codes"),
    closeTable(list(doc["x-close-codes"]).map(object)),
    h("h2", { id: "socket-errors" }, "Errors in frames"),
    errorTable(list(doc["x-errors"]).map(object)),
  ];
}

/**
 * The paragraphs of the description before its lists, which the page shows as tables.
 *
 * @param {string} text
 */
function about(text) {
  const paragraphs = text.split("\n\n");
  const lists = paragraphs.findIndex((one) => one.endsWith(":"));
  return paragraphs.slice(0, lists < 0 ? undefined : lists).map((one) => h("p", {}, ...prose(one)));
}

/**
 * @param {string} name
 * @param {Json} message
 */
function frameCard(name, message) {
  const payload = object(message["payload"]);
  const shape = payload["$ref"] === undefined ? [] : [h("p", {}, "The shape ", ...formOf(payload))];
  return card(
    `frame-${name}`,
    h("code", { class: "title" }, String(message["name"])),
    h("p", {}, ...prose(String(message["summary"] ?? ""))),
    ...list(message["examples"]).flatMap((one) => examplePart("Example", object(one)["payload"])),
    ...shape,
    ...fieldPart("Fields", payload),
  );
}

/** @param {readonly Json[]} closes */
function closeTable(closes) {
  const rows = closes.map((one) => [
    [h("code", {}, String(one["code"]))],
    [String(one["reason"])],
    [one["reconnect"] === true ? "reconnect" : "do not, until a person acts"],
  ]);
  return table(["Code", "Reason", "A client should"], rows);
}

/** @param {readonly Json[]} errors */
function errorTable(errors) {
  const rows = errors.map((one) => [
    [h("code", {}, String(one["error"]))],
    [String(one["code"])],
    [String(one["message"])],
    [one["temporary"] === true ? "may succeed later" : "will fail again"],
  ]);
  return table(["Word", "Code", "Meaning", "The same frame"], rows);
}
