/**
 * The bus of a single instance.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Bus, Listener, Subscription } from "../bus.ts";

const logger = getLogger(["chat", "bus"]);

/** Calls the listeners of this process, in the order they subscribed. */
export class LocalBus<E> implements Bus<E> {
  readonly #topics = new Map<string, Set<Entry<E>>>();

  publish(topic: string, event: E): void {
    const entries = this.#topics.get(topic);
    if (entries === undefined) return;
    // Those who come while the event goes round do not get it, those who left do not either.
    for (const entry of [...entries]) {
      if (entries.has(entry)) tell(topic, entry, event);
    }
  }

  subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    const entries = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, entries);
    const entry = { listener };
    entries.add(entry);
    return Promise.resolve({
      unsubscribe: (): Promise<void> => {
        entries.delete(entry);
        if (entries.size === 0 && this.#topics.get(topic) === entries) this.#topics.delete(topic);
        return Promise.resolve();
      },
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const entries of this.#topics.values()) entries.clear();
    this.#topics.clear();
    return Promise.resolve();
  }
}

/** One subscription: the same listener may have several. */
interface Entry<E> {
  readonly listener: Listener<E>;
}

function tell<E>(topic: string, entry: Entry<E>, event: E): void {
  try {
    entry.listener(event);
  } catch (error) {
    logger.error("A listener of {topic} failed: {error}", { topic, error });
  }
}
