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
   * Whether anybody listens.
   *
   * @param {keyof Events} name
   * @returns {boolean}
   */
  isHeard(name) {
    return (this.#listeners[name]?.size ?? 0) > 0;
  }

  /**
   * Calls every listener and waits for what they return. Rejects when one of them throws or rejects, after all have
   * ended.
   *
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} event
   */
  async emitAndWait(name, event) {
    const runs = [...(this.#listeners[name] ?? [])].map(async (listener) => await listener(event));
    const ends = await Promise.allSettled(runs);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
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
