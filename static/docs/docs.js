/**
 * Shows the OpenAPI and AsyncAPI documents of this server. Text only ever becomes text nodes.
 *
 * @module
 */
import { h } from "./elements.js";
import { httpParts } from "./http.js";
import { entries, object } from "./json.js";
import { card, fieldPart } from "./parts.js";
import { socketParts } from "./socket.js";

/** @import { Json } from "./json.js" */

/** Wide enough for the contents to stand beside the text, as in docs.css. */
const WIDE = matchMedia("(min-width: 64rem)");

await show();

/** Reads both documents and fills the page. */
async function show() {
  const main = find("document");
  try {
    const [http, socket] = await Promise.all([read("/api/v1/openapi.json"), read("/api/v1/asyncapi.json")]);
    main.replaceChildren(...httpParts(http), ...socketParts(socket), ...shapeParts(http, socket));
    fillContents(main);
    const { version } = object(http["info"]);
    find("version").textContent = `Version ${String(version)}.`;
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    main.replaceChildren(h("p", { role: "alert" }, `The documents cannot be read: ${String(error)}`));
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
  return object(await response.json());
}

/**
 * Shapes that several calls and frames share.
 *
 * @param {...Json} docs
 */
function shapeParts(...docs) {
  const shapes = new Map(docs.flatMap((doc) => entries(object(doc["components"])["schemas"])));
  const cards = [...shapes].sort(([one], [other]) => one.localeCompare(other)).map(([name, shape]) =>
    card(`shape-${name}`, h("span", { class: "title" }, name), ...fieldPart("Fields", object(shape)))
  );
  return [h("h2", { id: "shapes" }, "Shapes"), ...cards];
}

/**
 * Links to every heading and, below it, to its cards.
 *
 * @param {HTMLElement} main
 */
function fillContents(main) {
  /** @type {HTMLLIElement[]} */
  const groups = [];
  for (const part of main.children) {
    if (part instanceof HTMLHeadingElement) {
      groups.push(h("li", {}, h("a", { href: `#${part.id}` }, part.textContent ?? ""), h("ul")));
    } else if (part.classList.contains("card")) {
      const name = part.querySelector(".title")?.textContent ?? "";
      const method = part.querySelector(".method")?.textContent ?? "";
      const text = `${method} ${name.slice(method.length).replace("/api/v1", "")}`.trim();
      groups.at(-1)?.querySelector("ul")?.append(h("li", {}, h("a", { href: `#${part.id}` }, text)));
    }
  }
  for (const group of groups) if (group.querySelector("ul li") === null) group.querySelector("ul")?.remove();
  const fold = h("details", { open: WIDE.matches }, h("summary", {}, "Contents"), h("ul", {}, ...groups));
  // On a phone the contents would hide what was chosen from them.
  fold.addEventListener("click", (event) => {
    if (event.target instanceof HTMLAnchorElement && !WIDE.matches) fold.open = false;
  });
  WIDE.addEventListener("change", () => fold.open = WIDE.matches);
  find("contents").replaceChildren(fold);
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
