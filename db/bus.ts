/**
 * The contract of the bus: publish and subscribe between instances.
 *
 * A hint, never a memory: it may lose, repeat, delay or reorder anything, and no message is lost by that,
 * because whoever listens can ask the store. Local listeners are called first, synchronously, without the network.
 *
 * @module
 */

/** A subscription; disposing it twice does nothing. */
export interface Subscription {
  unsubscribe(): Promise<void>;
}

/** Called for each event of a topic. A throw is caught and logged by the bus; others are still called. */
export type Listener<E> = (event: E) => void;

/** Events by topic. `E` must survive JSON. */
export interface Bus<E> extends AsyncDisposable {
  /** Calls this process's listeners before it returns, then tells other instances without making anyone wait. */
  publish(topic: string, event: E): void;
  /** Resolves when the subscription is live here and, where there are others, on them. */
  subscribe(topic: string, listener: Listener<E>): Promise<Subscription>;
}
