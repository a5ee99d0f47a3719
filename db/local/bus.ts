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
  readonly #topics = new Map<string, readonly Subscribed<E>[]>();

  publish(topic: string, event: E): void {
    // Those who come while the event goes round are in another array, those who left are marked.
    for (const one of this.#topics.get(topic) ?? []) one.tell(event);
  }

  subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    const subscribed = new Subscribed(topic, listener, this.#topics);
    const others = this.#topics.get(topic);
    // Of one element, an array that was spread takes six times as much: there is one for each user who is here.
    this.#topics.set(topic, others === undefined ? [subscribed] : [...others, subscribed]);
    return Promise.resolve(subscribed);
  }

  /** Nothing is ever lost here: nobody is called. */
  onGap(): Disposable {
    return { [Symbol.dispose]: (): void => {} };
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const all of this.#topics.values()) for (const one of all) one.isLive = false;
    this.#topics.clear();
    return Promise.resolve();
  }
}

/** One subscription: the same listener may have several. */
class Subscribed<E> implements Subscription {
  isLive = true;
  readonly #topic: string;
  readonly #listener: Listener<E>;
  readonly #topics: Map<string, readonly Subscribed<E>[]>;

  constructor(topic: string, listener: Listener<E>, topics: Map<string, readonly Subscribed<E>[]>) {
    this.#topic = topic;
    this.#listener = listener;
    this.#topics = topics;
  }

  tell(event: E): void {
    if (!this.isLive) return;
    try {
      this.#listener(event);
    } catch (error) {
      logger.error("A listener of {topic} failed: {error}", { topic: this.#topic, error });
    }
  }

  unsubscribe(): Promise<void> {
    this.isLive = false;
    const left = this.#topics.get(this.#topic)?.filter((one) => one !== this) ?? [];
    if (left.length > 0) this.#topics.set(this.#topic, left);
    else this.#topics.delete(this.#topic);
    return Promise.resolve();
  }
}
