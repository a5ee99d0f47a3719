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
  readonly isShared = false;
  readonly #topics = new Map<string, readonly Entry<E>[]>();

  publish(topic: string, event: E): void {
    // Those who come while the event goes round are in another array, those who left are marked.
    for (const entry of this.#topics.get(topic) ?? []) {
      if (entry.isLive) tell(topic, entry, event);
    }
  }

  subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    const entry: Entry<E> = { listener, isLive: true };
    this.#topics.set(topic, [...this.#topics.get(topic) ?? [], entry]);
    return Promise.resolve({
      unsubscribe: (): Promise<void> => {
        entry.isLive = false;
        const left = this.#topics.get(topic)?.filter((one) => one !== entry) ?? [];
        if (left.length > 0) this.#topics.set(topic, left);
        else this.#topics.delete(topic);
        return Promise.resolve();
      },
    });
  }

  /** Nothing is ever lost here: nobody is called. */
  onGap(): Disposable {
    return { [Symbol.dispose]: (): void => {} };
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const entries of this.#topics.values()) for (const entry of entries) entry.isLive = false;
    this.#topics.clear();
    return Promise.resolve();
  }
}

/** One subscription: the same listener may have several. */
interface Entry<E> {
  readonly listener: Listener<E>;
  isLive: boolean;
}

function tell<E>(topic: string, entry: Entry<E>, event: E): void {
  try {
    entry.listener(event);
  } catch (error) {
    logger.error("A listener of {topic} failed: {error}", { topic, error });
  }
}
