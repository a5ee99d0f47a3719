/**
 * Shows the OpenAPI and AsyncAPI documents of this server. Text only ever becomes text nodes.
 *
 * @module
 */

/** @typedef {{ [key: string]: unknown }} Json An object of JSON. */

/** The methods that a path may have, in the order in which they are shown. */
const METHODS = ["get", "post", "put", "patch", "delete"];

await show();

/** Reads both documents and fills the page. */
async function show() {
  const main = find("document");
  try {
    const [http, socket] = await Promise.all([read("/api/v1/openapi.json"), read("/api/v1/asyncapi.json")]);
    main.replaceChildren(...httpParts(http), ...socketParts(socket), ...shapeParts(http, socket));
    find("contents").replaceChildren(contents(main));
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    main.replaceChildren(element("p", { role: "alert" }, `The documents cannot be read: ${String(error)}`));
  } finally {
    main.removeAttribute("aria-busy");
  }
}

/**
 * @param {string} path
 * @returns {Promise<Json>}
 */
async function read(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return await response.json();
}

/**
 * @param {Json} doc
 * @returns {Node[]}
 */
function httpParts(doc) {
  /** @type {Map<string, Node[]>} */
  const byTag = new Map();
  for (const [path, calls] of entries(doc["paths"])) {
    for (const method of METHODS) {
      const call = object(object(calls)[method]);
      if (call["summary"] === undefined) continue;
      const tag = String(list(call["tags"])[0] ?? "other");
      byTag.set(tag, [...byTag.get(tag) ?? [], callSection(method, path, call)]);
    }
  }
  return [...byTag].flatMap((
    [tag, sections],
  ) => [element("h2", { id: `http-${tag}` }, `HTTP: ${tag}`), ...sections]);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Json} call
 */
function callSection(method, path, call) {
  const title = element(
    "h3",
    {},
    element("code", { class: "method" }, method.toUpperCase()),
    element("code", {}, path),
  );
  const needs = call["security"] === undefined ? "Open to everybody" : "Needs a session";
  const body = object(object(object(call["requestBody"])["content"])["application/json"])["schema"];
  return element(
    "section",
    { class: "call", id: String(call["operationId"]) },
    title,
    element("p", {}, String(call["summary"])),
    element("p", { class: "quiet" }, needs),
    ...parameterTable(list(call["parameters"])),
    ...(body === undefined ? [] : [folded("Body", body)]),
    ...entries(call["responses"]).map(([status, response]) => responsePart(status, object(response))),
  );
}

/**
 * @param {string} status
 * @param {Json} response
 */
function responsePart(status, response) {
  const description = `${status} ${String(response["description"])}`;
  const schema = object(object(response["content"])["application/json"])["schema"];
  if (status !== "200" || schema === undefined) return element("p", { class: "quiet" }, description);
  return folded(description, schema);
}

/**
 * @param {readonly unknown[]} parameters
 * @returns {Node[]}
 */
function parameterTable(parameters) {
  if (parameters.length === 0) return [];
  const head = element(
    "tr",
    {},
    ...["Parameter", "In", "Needed", "Form"].map((word) => element("th", { scope: "col" }, word)),
  );
  const rows = parameters.map(object).map((one) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", {}, String(one["name"]))),
      element("td", {}, String(one["in"])),
      element("td", {}, one["required"] === true ? "yes" : "no"),
      element("td", {}, element("code", {}, JSON.stringify(one["schema"]))),
    )
  );
  return [element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))];
}

/**
 * @param {Json} doc
 * @returns {Node[]}
 */
function socketParts(doc) {
  const description = String(object(doc["info"])["description"] ?? "");
  const messages = entries(object(doc["components"])["messages"]).map(([name, message]) => {
    const { title, summary, payload } = object(message);
    return element(
      "section",
      { class: "call", id: `frame-${name}` },
      element("h3", {}, element("code", {}, String(title))),
      element("p", {}, String(summary ?? "")),
      folded("Frame", payload),
    );
  });
  return [
    element("h2", { id: "socket" }, "WebSocket: /ws"),
    element("pre", { tabindex: "0", "aria-label": "About the socket" }, description),
    ...messages,
  ];
}

/**
 * @param {readonly Json[]} docs
 * @returns {Node[]}
 */
function shapeParts(...docs) {
  const shapes = new Map(docs.flatMap((doc) => entries(object(doc["components"])["schemas"])));
  const sections = [...shapes].sort(([one], [other]) => one.localeCompare(other)).map(([name, shape]) =>
    element(
      "section",
      { class: "call", id: `shape-${name}` },
      element("h3", {}, name),
      folded("Shape", shape),
    )
  );
  return [element("h2", { id: "shapes" }, "Shapes"), ...sections];
}

/** @param {HTMLElement} main */
function contents(main) {
  const links = [...main.querySelectorAll("h2")].map((heading) =>
    element("li", {}, element("a", { href: `#${heading.id}` }, heading.textContent ?? ""))
  );
  return element("ul", {}, ...links);
}

/**
 * @param {string} title
 * @param {unknown} value
 */
function folded(title, value) {
  const text = JSON.stringify(value, null, 2) ?? "";
  return element(
    "details",
    {},
    element("summary", {}, title),
    element("pre", { tabindex: "0", "aria-label": title }, text),
  );
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {...(Node | string)} children
 */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function find(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

/**
 * @param {unknown} value
 * @returns {Json}
 */
function object(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? /** @type {Json} */ (value)
    : {};
}

/**
 * @param {unknown} value
 * @returns {readonly unknown[]}
 */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * @param {unknown} value
 * @returns {[string, unknown][]}
 */
function entries(value) {
  return Object.entries(object(value));
}
