/**
 * What openapi.json says, as a part of the page.
 *
 * @module
 */
import { h } from "./elements.js";
import { formOf } from "./fields.js";
import { entries, list, object } from "./json.js";
import { card, examplePart, fieldPart, prose, table } from "./parts.js";

/** @import { Json } from "./json.js" */

/** The methods that a path may have, in the order in which they are shown. */
const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * A heading for each group of calls, and the calls.
 *
 * @param {Json} doc
 * @returns {readonly Node[]}
 */
export function httpParts(doc) {
  /** @type {Map<string, Node[]>} */
  const byTag = new Map();
  for (const [path, calls] of entries(doc["paths"])) {
    for (const method of METHODS) {
      const call = object(object(calls)[method]);
      if (call["summary"] === undefined) continue;
      const tag = String(list(call["tags"])[0] ?? "other");
      byTag.set(tag, [...byTag.get(tag) ?? [], callCard(`${method.toUpperCase()} ${path}`, call)]);
    }
  }
  const about = String(object(doc["info"])["description"] ?? "");
  return [
    h("h2", { id: "http" }, "HTTP"),
    h("p", {}, ...prose(about)),
    ...[...byTag].flatMap(([tag, cards]) => [h("h2", { id: `http-${tag}` }, `HTTP: ${tag}`), ...cards]),
  ];
}

/**
 * @param {string} name
 * @param {Json} call
 */
function callCard(name, call) {
  const [method = "", path = ""] = name.split(" ");
  const title = h(
    "span",
    { class: "title" },
    h("code", { class: "method", "data-method": method }, method),
    h("code", {}, path),
  );
  const body = object(object(object(call["requestBody"])["content"])["application/json"]);
  return card(
    String(call["operationId"]),
    title,
    h("p", {}, ...prose(String(call["summary"]))),
    h("p", { class: "quiet" }, access(list(call["security"]))),
    ...parameterPart(list(call["parameters"]).map(object)),
    ...fieldPart("Body", object(body["schema"])),
    ...(body["example"] === undefined ? [] : examplePart("Example", body["example"])),
    ...answerPart(object(call["responses"])),
  );
}

/** @param {readonly unknown[]} security */
function access(security) {
  const ways = security.flatMap((way) => Object.keys(object(way)));
  if (ways.length === 0) return "Open to everybody";
  return ways.includes("debug") ? "Needs a session, or user_id in debug mode" : "Needs a session";
}

/**
 * @param {readonly Json[]} parameters
 * @returns {readonly Node[]}
 */
function parameterPart(parameters) {
  if (parameters.length === 0) return [];
  const rows = parameters.map((one) => [
    [
      h("code", {}, String(one["name"])),
      ...(one["required"] === true ? [] : [h("span", { class: "quiet" }, " optional")]),
    ],
    formOf(object(one["schema"])),
    prose(
      [`In the ${one["in"]}`, one["description"] ?? object(one["schema"])["description"]].filter(Boolean)
        .join(". "),
    ),
  ]);
  return [h("h4", {}, "Parameters"), table(["Parameter", "Form", "Meaning"], rows)];
}

/**
 * @param {Json} responses
 * @returns {readonly Node[]}
 */
function answerPart(responses) {
  const content = object(object(responses["200"])["content"]);
  const data = object(object(object(object(content["application/json"])["schema"])["properties"])["data"]);
  const form = data["$ref"] === undefined ? [] : [h("h4", {}, "Data"), h("p", {}, ...formOf(data))];
  const rows = entries(responses).filter(([status]) => status !== "200").map(([status, response]) => {
    const { $ref, description } = object(response);
    // Those that any call may give are named once, in the document.
    return $ref === undefined ? [[h("code", {}, status)], prose(String(description))] : [];
  }).filter((row) => row.length > 0);
  return [
    ...form,
    ...fieldPart("Data", data),
    ...(rows.length === 0 ? [] : [h("h4", {}, "Other answers"), table(["Status", "When"], rows)]),
  ];
}
