/**
 * The bus between the isolates of one process.
 *
 * @module
 */
import type { Bus, Listener, Subscription } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { StoreUnavailableError } from "../errors.ts";
import { Histogram, SECONDS } from "../histogram.ts";
import type { Link, Methods } from "./link.ts";

/** A subscription resolves after this long also where an isolate has not answered, in ms: so long is one busy at most. */
const SUBSCRIBED_MS = 1_000;
/** Events that an isolate may be behind; each more is lost for it, and then it is told of a gap. */
const MAX_BEHIND = 20_000;
/** It says so each time it has taken so many. */
const TAKEN_EACH = 256;

interface Following {
  follow(topic: string): Promise<void>;
}

const FOLLOWING: Methods<Following> = { follow: true };

/** Another isolate, as this one sees it. */
interface Neighbour {
  readonly link: Link;
  readonly following: Following;
  /** The topics it follows. */
  readonly topics: Set<string>;
  /** Events it was sent and has not said that it took. */
  behind: number;
  hasLost: boolean;
  /** Events of it that were taken here. */
  taken: number;
}

/** What the bus is made of; all of it belongs to the bus from here on. */
export interface IsolateBusOptions<E> {
  /** Calls the listeners of this isolate. */
  readonly local: Bus<E>;
  /** One link to each other isolate. */
  readonly links: readonly Link[];
  readonly clock: Clock;
}

/**
 * Publishes here at once, and to the isolates that follow the topic. What comes from them needs no schema: it is the
 * same program.
 */
export class IsolateBus<E> implements Bus<E> {
  readonly isShared = true;
  readonly #local: Bus<E>;
  readonly #clock: Clock;
  readonly #neighbours: readonly Neighbour[];
  /** Subscriptions here by topic. */
  readonly #counts = new Map<string, number>();
  readonly #onGap = new Set<() => void>();
  #isClosed = false;
  #lost = 0;
  readonly #lag = new Histogram(SECONDS);

  constructor({ local, links, clock }: IsolateBusOptions<E>) {
    this.#local = local;
    this.#clock = clock;
    this.#neighbours = links.map((link) => this.#meet(link));
  }

  /** For /metrics. */
  figures(): ReadonlyMap<string, number> {
    const behind = this.#neighbours.reduce((sum, neighbour) => sum + neighbour.behind, 0);
    return new Map([
      ["bus_waiting", behind],
      ["bus_lost_total", this.#lost],
      ...this.#lag.figures("bus_lag_seconds"),
    ]);
  }

  publish(topic: string, event: E): void {
    if (this.#isClosed) return;
    this.#local.publish(topic, event);
    for (const neighbour of this.#neighbours) {
      if (neighbour.topics.has(topic)) this.#send(neighbour, topic, event);
    }
  }

  async subscribe(topic: string, listener: Listener<E>): Promise<Subscription> {
    // Live here before anything is awaited.
    const subscribed = this.#local.subscribe(topic, listener);
    const count = this.#counts.get(topic) ?? 0;
    this.#counts.set(topic, count + 1);
    // Also a second one waits until the first is live: links keep the order.
    await this.#follow(topic);
    const subscription = await subscribed;
    let isOver = false;
    return {
      unsubscribe: async (): Promise<void> => {
        if (!isOver) this.#leave(topic);
        isOver = true;
        await subscription.unsubscribe();
      },
    };
  }

  onGap(listener: () => void): Disposable {
    this.#onGap.add(listener);
    return { [Symbol.dispose]: () => void this.#onGap.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { link } of this.#neighbours) link[Symbol.dispose]();
    await this.#local[Symbol.asyncDispose]();
  }

  #meet(link: Link): Neighbour {
    const neighbour: Neighbour = {
      link,
      following: link.remote("bus", FOLLOWING),
      topics: new Set(),
      behind: 0,
      hasLost: false,
      taken: 0,
    };
    link.offer<Following>("bus", {
      follow(topic): Promise<void> {
        neighbour.topics.add(topic);
        return Promise.resolve();
      },
    }, FOLLOWING);
    link.hear("left", (topic) => void neighbour.topics.delete(topic as string));
    link.hear("event", (topic, event, at) => {
      this.#lag.note(Math.max(0, this.#clock.now() - (at as number)) / 1_000);
      this.#receive(neighbour, topic as string, event as E);
    });
    link.hear("taken", (count) => this.#caughtUp(neighbour, count as number));
    link.hear("gap", () => this.#gap());
    return neighbour;
  }

  #send(neighbour: Neighbour, topic: string, event: E): void {
    if (neighbour.behind >= MAX_BEHIND) {
      neighbour.hasLost = true;
      this.#lost++;
      return;
    }
    neighbour.behind++;
    neighbour.link.note("event", topic, event, this.#clock.now());
  }

  #receive(neighbour: Neighbour, topic: string, event: E): void {
    if (++neighbour.taken >= TAKEN_EACH) {
      neighbour.link.note("taken", neighbour.taken);
      neighbour.taken = 0;
    }
    if (!this.#isClosed) this.#local.publish(topic, event);
  }

  #caughtUp(neighbour: Neighbour, count: number): void {
    neighbour.behind -= count;
    if (!neighbour.hasLost || neighbour.behind > MAX_BEHIND / 2) return;
    neighbour.hasLost = false;
    neighbour.link.note("gap");
  }

  #gap(): void {
    for (const listener of [...this.#onGap]) listener();
  }

  /** Resolves when all others know that the topic is followed here; a late one is a gap. */
  async #follow(topic: string): Promise<void> {
    if (this.#neighbours.length === 0) return;
    let isLate = false;
    const late = Promise.withResolvers<void>();
    const deadline = this.#clock.after(SUBSCRIBED_MS, () => {
      isLate = true;
      late.resolve();
    });
    const live = Promise.all(this.#neighbours.map((neighbour) => this.#followOn(neighbour, topic))).then(
      () => {
        if (isLate) this.#gap();
      },
    );
    await Promise.race([live, late.promise]);
    deadline.cancel();
  }

  /** Until it has heard of it, however long it is busy. */
  async #followOn({ following }: Neighbour, topic: string): Promise<void> {
    while (!this.#isClosed && this.#counts.has(topic)) {
      try {
        return await following.follow(topic);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
      }
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => this.#clock.after(SUBSCRIBED_MS, resolve));
    }
  }

  #leave(topic: string): void {
    const left = (this.#counts.get(topic) ?? 1) - 1;
    if (left > 0) return void this.#counts.set(topic, left);
    this.#counts.delete(topic);
    for (const { link } of this.#neighbours) link.note("left", topic);
  }
}
