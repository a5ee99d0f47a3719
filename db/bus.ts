/**
 * The contract of the bus: publish and subscribe between instances.
 *
 * A hint, never a memory: it may lose, repeat, delay or reorder anything, and no message is lost by that,
 * because whoever listens can ask the store. Local listeners are called first, synchronously, without the network.
 *
 * Where there is a network, what came over it is `unknown` until the function given at opening has made an event of
 * it; what that refuses was written by a newer or foreign program and is dropped. While the network is away nobody
 * waits for it: events reach this process, and those for others are lost.
 *
 * @module
 */

/** A subscription; disposing it twice does nothing. */
export interface Subscription {
  unsubscribe(): Promise<void>;
}

/** Called for each event of a topic. A throw is caught and logged by the bus; others are still called. */
export type Listener<E> = (event: E) => void;

/** Makes an event of what another process wrote, or null of what is none. Never throws. */
export type Decode<E> = (value: unknown) => E | null;

/** Events by topic. `E` must survive JSON. */
export interface Bus<E> extends AsyncDisposable {
  /** Whether other processes publish here too: only their events are lost, repeated, late or out of order. */
  readonly isShared: boolean;
  /**
   * Calls this process's listeners before it returns, then tells other instances without making anyone wait; one's
   * own events do not come back. Disposing the bus lets what was published go out first, within 1 s.
   */
  publish(topic: string, event: E): void;
  /**
   * Resolves when the subscription is live here and, where there are others, on them. While the network is away it
   * resolves within 1 s all the same; becoming live later is a gap.
   */
  subscribe(topic: string, listener: Listener<E>): Promise<Subscription>;
  /**
   * Calls `listener` each time all subscriptions are live again after some were not, so that events of others may
   * have been lost; never where the bus is not shared. At most 10 s after the network is back.
   */
  onGap(listener: () => void): Disposable;
}
