/**
 * The types of preact.js: what the views use of it, no more.
 *
 * @module
 */

/** What a component may return. */
export type Child = VNode | string | number | boolean | null | undefined | readonly Child[];

/** A piece of the page to be. */
export interface VNode {
  readonly type: unknown;
  readonly props: object;
  readonly key: unknown;
}

/** Groups children without an element. */
export function Fragment(props: { children?: Child }): Child;

/** Draws into an element, or brings up to date what was drawn there. `null` takes it away. */
export function render(vnode: Child, parent: Element | DocumentFragment): void;

/** Makes what a template says: `<${Component} name=${value} />`, `<p class="…">${child}</p>`. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): VNode;

/** Runs after the page was painted; what it returns runs before the next time and at the end. */
export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;

/** Runs before the page is painted, when elements are in place. */
export function useLayoutEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;

/** A value that is made anew only when an input changed. */
export function useMemo<Value>(make: () => Value, inputs: readonly unknown[]): Value;

/** A box that outlives drawings; given as `ref`, it holds the element. */
export function useRef<Value>(initial: Value): { current: Value };

/** A value whose change draws the component anew. */
export function useState<Value>(
  initial: Value | (() => Value),
): [Value, (next: Value | ((before: Value) => Value)) => void];

/** A value that draws anew whatever read it while drawing. */
export interface ReadonlySignal<Value> {
  readonly value: Value;
  /** Reads without being told of changes. */
  peek(): Value;
  /** Calls `listener` with the value of now, and after each change until the function it returns is called. */
  subscribe(listener: (value: Value) => void): () => void;
}

/** A signal that may be set. */
export interface Signal<Value> extends ReadonlySignal<Value> {
  value: Value;
}

/** Makes a signal. */
export function signal<Value>(initial: Value): Signal<Value>;

/** Makes a signal out of others. */
export function computed<Value>(make: () => Value): ReadonlySignal<Value>;

/** Runs now and whenever a signal it read changed, until the function it returns is called. */
export function effect(run: () => void | (() => void)): () => void;

/** Tells of several changes as one. */
export function batch<Value>(run: () => Value): Value;

/** Reads signals without being told of changes. */
export function untracked<Value>(run: () => Value): Value;

/** A signal of this component. */
export function useSignal<Value>(initial: Value): Signal<Value>;

/** A computed signal of this component. */
export function useComputed<Value>(make: () => Value): ReadonlySignal<Value>;
