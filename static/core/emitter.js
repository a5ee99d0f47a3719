/**
 * Typed events: a handful of listeners by name.
 *
 * @module
 */

/** @template {object} Events Event by name. */
export class Emitter {
  /** @type {{ [Name in keyof Events]?: Set<(event: Events[Name]) => void> }} */
  #listeners = {};

  /**
   * Calls `listener` for each event of that name until the function it returns is called.
   *
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(event: Events[Name]) => void} listener
   * @returns {() => void}
   */
  on(name, listener) {
    const listeners = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /**
   * Calls every listener. A throw of one is reported as uncaught and does not keep the others from being called.
   *
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} event
   */
  emit(name, event) {
    for (const listener of [...(this.#listeners[name] ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
