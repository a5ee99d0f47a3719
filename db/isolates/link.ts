/**
 * Calls between two isolates of one process, over a MessagePort.
 *
 * Nothing is lost on the way and nothing comes twice; the other side may be slow, and an answer may come too late.
 * Everything asked and answered in one go crosses in one message: a message costs more than what is in it.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../clock.ts";
import { StoreUnavailableError } from "../errors.ts";

const log = getLogger(["chat", "isolates"]);

/** A call that is not answered within this has failed, in ms, unless it says otherwise. It may be done all the same. */
export const ANSWER_MS = 10_000;
/** How often it is looked for such calls, in ms. */
const LOOK_MS = 500;
/** Calls that may wait for their answers; each more fails at once. */
const MAX_WAITING = 50_000;

/** An error on its way to another isolate. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly details?: unknown;
}

/** Carries errors across so that a caller can tell them by their class. */
export interface ErrorForms {
  pack(error: unknown): PackedError;
  unpack(packed: PackedError): Error;
}

/** The methods of a service, each named once: what is not named cannot be called. */
export type Methods<T> = { readonly [K in keyof T]-?: true };

/** What a link is made of. */
export interface LinkOptions {
  /** Belongs to the link from here on. */
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly errors: ErrorForms;
}

const CALL = 0;
const ANSWER = 1;
const FAILURE = 2;
const NOTE = 3;

type Item =
  | readonly [typeof CALL, id: number, name: string, args: readonly unknown[]]
  | readonly [typeof ANSWER, id: number, value: unknown]
  | readonly [typeof FAILURE, id: number, error: PackedError]
  | readonly [typeof NOTE, name: string, args: readonly unknown[]];

type Handler = (...args: readonly unknown[]) => unknown;

interface Waiting {
  readonly until: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One end. Both may offer services and call those of the other; disposing it fails what waits. */
export class Link implements Disposable {
  readonly #options: LinkOptions;
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Item[] = [];
  #nextId = 1;
  #timer: Timer | null = null;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    options.port.onmessage = ({ data }: MessageEvent<readonly Item[]>) => {
      for (const item of data) this.#take(item);
    };
    options.port.onmessageerror = () => log.error("What came from another isolate could not be read");
  }

  /** Calls that wait for an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets the other side call methods of `target` as those of `service`. */
  offer<T extends object>(service: string, target: T, methods: Methods<T>): void {
    for (const method of namesOf(methods)) {
      const run = target[method] as Handler;
      this.#handlers.set(`${service}.${method}`, run.bind(target));
    }
  }

  /**
   * A service of the other side. Its calls throw {@link StoreUnavailableError} where no answer comes within `withinMs`,
   * and what the other side throws, with its class where the forms know it.
   */
  remote<T extends object>(service: string, methods: Methods<T>, withinMs: number = ANSWER_MS): T {
    const calls = namesOf(methods).map((method) => {
      const name = `${service}.${method}`;
      return [method, (...args: readonly unknown[]) => this.#call(name, args, withinMs)] as const;
    });
    return Object.fromEntries(calls) as unknown as T;
  }

  /** Calls a method and wants no answer. */
  note(name: string, ...args: readonly unknown[]): void {
    this.#send([NOTE, name, args]);
  }

  /** Hears notes of the other side by a name. */
  hear(name: string, listener: (...args: readonly unknown[]) => void): void {
    this.#handlers.set(name, listener);
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#options.port.close();
    for (const { reject } of this.#waiting.values()) reject(closed());
    this.#waiting.clear();
  }

  #call(name: string, args: readonly unknown[], withinMs: number): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(closed());
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new StoreUnavailableError("Cannot ask another isolate: too many calls wait"));
    }
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { until: this.#options.clock.now() + withinMs, resolve, reject });
      this.#timer ??= this.#options.clock.after(LOOK_MS, () => this.#look());
      this.#send([CALL, id, name, args]);
    });
  }

  #send(item: Item): void {
    if (this.#isClosed) return;
    this.#outgoing.push(item);
    if (this.#outgoing.length === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const items = this.#outgoing;
    if (items.length === 0 || this.#isClosed) return;
    this.#outgoing = [];
    this.#options.port.postMessage(items);
  }

  #take(item: Item): void {
    switch (item[0]) {
      case CALL:
        return void this.#answer(item[1], item[2], item[3]);
      case NOTE:
        return this.#notice(item[1], item[2]);
      case ANSWER:
        return this.#settle(item[1])?.resolve(item[2]);
      case FAILURE:
        return this.#settle(item[1])?.reject(this.#options.errors.unpack(item[2]));
    }
  }

  async #answer(id: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const handler = this.#handlers.get(name);
      if (handler === undefined) throw new Error(`Cannot call "${name}": it is not offered`);
      this.#send([ANSWER, id, await handler(...args)]);
    } catch (error) {
      this.#send([FAILURE, id, this.#options.errors.pack(error)]);
    }
  }

  #notice(name: string, args: readonly unknown[]): void {
    try {
      this.#handlers.get(name)?.(...args);
    } catch (error) {
      log.error("A note of another isolate was not taken: {name}", { name, error });
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** Fails what has waited too long. */
  #look(): void {
    this.#timer = null;
    const now = this.#options.clock.now();
    for (const [id, { until, reject }] of this.#waiting) {
      if (until > now) continue;
      this.#waiting.delete(id);
      reject(new StoreUnavailableError("Cannot ask another isolate: it does not answer"));
    }
    if (this.#waiting.size > 0) this.#timer = this.#options.clock.after(LOOK_MS, () => this.#look());
  }
}

function namesOf<T>(methods: Methods<T>): readonly (keyof T & string)[] {
  return Object.keys(methods) as (keyof T & string)[];
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError("Cannot ask another isolate: the link is closed");
}
