/**
 * The few things the views need to make elements and keep them up to date.
 *
 * @module
 */

/** @typedef {string | number | boolean | null | undefined} AttributeValue */

/**
 * Makes an element. A value of null, undefined or false leaves the attribute out; children are nodes or text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, AttributeValue>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {AttributeValue} value
 */
export function setAttribute(element, name, value) {
  const text = value === null || value === undefined || value === false
    ? null
    : value === true
    ? ""
    : `${value}`;
  if (text === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Writes text where it differs, so that nothing is announced or selected anew for no reason.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Adds or takes away a child at the end of its parent.
 *
 * @param {Element} parent
 * @param {Element} child
 * @param {boolean} present
 */
export function setPresent(parent, child, present) {
  if (present && child.parentNode !== parent) parent.append(child);
  if (!present) child.remove();
}

/**
 * A part of the page: an element, and what brings it up to date.
 *
 * @template {HTMLElement} [Root=HTMLElement]
 */
export class View {
  /** @type {(() => void)[]} */
  #bindings = [];

  /** @param {Root} element */
  constructor(element) {
    this.element = element;
  }

  /**
   * Runs now, and on every {@link update}.
   *
   * @param {() => void} update
   */
  bind(update) {
    this.#bindings.push(update);
    update();
  }

  /**
   * Keeps the text of a node.
   *
   * @template {Node} Kept
   * @param {Kept} node
   * @param {() => string} text
   * @returns {Kept}
   */
  text(node, text) {
    this.bind(() => setText(node, text()));
    return node;
  }

  /**
   * Keeps an attribute of an element.
   *
   * @template {Element} Kept
   * @param {Kept} element
   * @param {string} name
   * @param {() => AttributeValue} value
   * @returns {Kept}
   */
  attribute(element, name, value) {
    this.bind(() => setAttribute(element, name, value()));
    return element;
  }

  /**
   * Takes another view in: it is brought up to date with this one.
   *
   * @template {View} Child
   * @param {Child} view
   * @returns {Child}
   */
  child(view) {
    this.#bindings.push(() => view.update());
    return view;
  }

  update() {
    for (const update of this.#bindings) update();
  }
}

/**
 * Keeps the children of `parent` as `items` say: one element a key, made once, moved where needed.
 *
 * @template Item
 * @param {Element} parent
 * @param {object} options
 * @param {(item: Item) => string} options.key
 * @param {(item: Item) => { element: Element, update: (item: Item) => void }} options.create
 * @returns {(items: readonly Item[]) => void}
 */
export function keyed(parent, { key, create }) {
  /** @type {Map<string, { element: Element, update: (item: Item) => void }>} */
  let shown = new Map();
  return (items) => {
    /** @type {typeof shown} */
    const next = new Map();
    let at = parent.firstElementChild;
    for (const item of items) {
      const name = key(item);
      const entry = shown.get(name) ?? create(item);
      next.set(name, entry);
      entry.update(item);
      if (entry.element === at) at = at.nextElementSibling;
      else parent.insertBefore(entry.element, at);
    }
    for (const [name, { element }] of shown) {
      if (!next.has(name)) element.remove();
    }
    shown = next;
  };
}

/**
 * Runs once soon, however often it is asked for: with the next frame, or shortly in a hidden page.
 *
 * @param {() => void} run
 * @returns {() => void}
 */
export function coalesced(run) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const now = () => {
      waiting = false;
      run();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(now);
    else setTimeout(now, 100);
  };
}
