/**
 * A network of buses for tests that loses, repeats, delays and reorders what instances tell each other, and can cut
 * one of them off. What goes over it is JSON, and is decoded as on a real one.
 *
 * @module
 */
import type { Bus, Decode, Listener, Subscription } from "../../db/bus.ts";
import type { Clock } from "../../db/clock.ts";
import { LocalBus } from "../../db/local/bus.ts";

/** What happens to an event on its way; 0 everywhere is a good network. */
export interface Weather {
  /** Probability that one copy never arrives. */
  readonly lose: number;
  /** Probability that a second copy is sent. */
  readonly repeat: number;
  /** Each copy takes up to this long, in ms, so that they overtake each other; 0: it arrives at once. */
  readonly delayMs: number;
}

/** Nothing is lost and nothing waits. */
export const CALM: Weather = { lose: 0, repeat: 0, delayMs: 0 };

/** The network between {@link LossyBus}es. */
export class LossyNetwork<E> {
  weather: Weather = CALM;
  /** Whether an event may pass at all; for losing just one. */
  passes: (event: E, topic: string) => boolean = () => true;
  readonly #clock: Clock;
  readonly #decode: Decode<E>;
  readonly #random: () => number;
  readonly #buses = new Set<LossyBus<E>>();
  #hasLost = false;

  constructor(options: { readonly clock: Clock; readonly decode: Decode<E>; readonly random: () => number }) {
    this.#clock = options.clock;
    this.#decode = options.decode;
    this.#random = options.random;
  }

  /** Another instance's bus. */
  join(): LossyBus<E> {
    const bus = new LossyBus<E>(this);
    this.#buses.add(bus);
    return bus;
  }

  /** Called by a bus that is closed. */
  part(bus: LossyBus<E>): void {
    this.#buses.delete(bus);
  }

  /** The weather is over: whoever may have lost something by it hears so. */
  calm(): void {
    this.weather = CALM;
    if (this.#hasLost) this.tellGap();
    this.#hasLost = false;
  }

  /** Tells all that can be told, but for one, that something may be lost. */
  tellGap(except?: LossyBus<E>): void {
    for (const bus of this.#buses) if (bus !== except && !bus.isCut) bus.hearGap();
  }

  /** Called by a bus that publishes and is not cut off. */
  carry(from: LossyBus<E>, topic: string, event: E): void {
    if (!this.#buses.has(from) || !this.passes(event, topic)) return;
    const text = JSON.stringify(event);
    for (const to of this.#buses) {
      if (to === from) continue;
      this.#send(to, topic, text);
      if (this.#random() < this.weather.repeat) this.#send(to, topic, text);
    }
  }

  #send(to: LossyBus<E>, topic: string, text: string): void {
    if (this.#random() < this.weather.lose) {
      this.#hasLost = true;
      return;
    }
    const arrive = (): void => {
      const event = this.#decode(JSON.parse(text));
      if (event !== null && !to.isCut && this.#buses.has(to)) to.hear(topic, event);
    };
    if (this.weather.delayMs === 0) arrive();
    else this.#clock.after(Math.floor(this.#random() * this.weather.delayMs), arrive);
  }
}

/** One instance's bus on a {@link LossyNetwork}. */
export class LossyBus<E> implements Bus<E> {
  readonly isShared = true;
  readonly #network: LossyNetwork<E>;
  readonly #local = new LocalBus<E>();
  readonly #onGap = new Set<() => void>();
  #isCut = false;
  /** Whether it published what nobody else could hear. */
  #wasUnheard = false;

  constructor(network: LossyNetwork<E>) {
    this.#network = network;
  }

  /** Whether it is cut off. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Cuts it off: nothing comes, nothing goes. */
  cut(): void {
    this.#isCut = true;
  }

  /** Ends the cut, and says that there was one: here, and to the others where they missed something. */
  heal(): void {
    this.#isCut = false;
    this.hearGap();
    if (this.#wasUnheard) this.#network.tellGap(this);
    this.#wasUnheard = false;
  }

  /** Called by the network: something may be lost. */
  hearGap(): void {
    for (const listener of this.#onGap) listener();
  }

  /** The process is gone in the middle of everything: cut off for ever. */
  die(): void {
    this.#network.part(this);
  }

  /** Called by the network. */
  hear(topic: string, event: E): void {
    this.#local.publish(topic, event);
  }

  publish(topic: string, event: E): void {
    this.#local.publish(topic, event);
    if (this.#isCut) this.#wasUnheard = true;
    else this.#network.carry(this, topic, event);
  }

  subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    return this.#local.subscribe(topic, listener);
  }

  onGap(listener: () => void): Disposable {
    this.#onGap.add(listener);
    return { [Symbol.dispose]: (): void => void this.#onGap.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#network.part(this);
    await this.#local[Symbol.asyncDispose]();
  }
}

/** Random numbers that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
