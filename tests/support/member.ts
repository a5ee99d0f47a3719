/**
 * One instance of several as an object, which can die like a process: in the middle of whatever it does.
 *
 * @module
 */
import type { Bus } from "../../db/bus.ts";
import type { Clock } from "../../db/clock.ts";
import type { PresenceStore } from "../../db/presence.ts";
import {
  type ChatEvent,
  createRealtime,
  DEFAULT_LIMITS,
  type Limits,
  type Realtime,
  type RealtimeDeps,
} from "../../realtime/mod.ts";
import { type ConnectOptions, connectTo, type FakeSocket } from "./instance.ts";
import { LossyBus } from "./lossy_bus.ts";
import { Life, MortalClock, mortalStore } from "./mortal.ts";

/** What an instance needs of a store. */
export type InstanceStore = RealtimeDeps["store"];

/** How an instance differs from the default one. */
export interface MemberOptions {
  readonly mode?: "debug" | "release";
  readonly limits?: Partial<Limits>;
  readonly presenceEveryoneBelow?: number;
}

/** What an instance is given. */
export interface MemberDeps<B> extends MemberOptions {
  readonly store: InstanceStore;
  readonly clock: Clock;
  readonly bus: B;
  readonly presence: FailingPresence;
  /** Names messages and connections. */
  readonly newId: () => string;
}

/** One instance. */
export interface Member<B extends Bus<ChatEvent> = LossyBus<ChatEvent>> {
  readonly realtime: Realtime;
  readonly bus: B;
  readonly presence: FailingPresence;
  /** Resolves when it is killed: whoever waits for an answer of it waits for this too. */
  readonly death: Promise<null>;
  /** Connects somebody and waits until the socket is welcome. */
  connect(userId: number, how?: ConnectOptions): Promise<FakeSocket>;
  /** The process is killed: it does and hears nothing more, and nobody is told. */
  kill(): void;
  /** The process is ended in order; the clock has to move for its sockets to drain. */
  stop(): Promise<void>;
}

/** A presence store that can be out of reach. */
export class FailingPresence implements PresenceStore {
  isAway = false;
  readonly #inner: PresenceStore;

  constructor(inner: PresenceStore) {
    this.#inner = inner;
  }

  get instanceId(): string {
    return this.#inner.instanceId;
  }

  renew: PresenceStore["renew"] = () => this.#try((inner) => inner.renew());
  write: PresenceStore["write"] = (change) => this.#try((inner) => inner.write(change));
  read: PresenceStore["read"] = (instanceId) => this.#try((inner) => inner.read(instanceId));
  claim: PresenceStore["claim"] = (instanceId) => this.#try((inner) => inner.claim(instanceId));
  remove: PresenceStore["remove"] = (instanceId) => this.#try((inner) => inner.remove(instanceId));
  leave: PresenceStore["leave"] = () => this.#try((inner) => inner.leave());

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  #try<T>(call: (inner: PresenceStore) => Promise<T>): Promise<T> {
    return this.isAway ? Promise.reject(new Error("The presence store is away")) : call(this.#inner);
  }
}

/** Starts an instance; resolves once it has met the others. */
export async function startMember<B extends Bus<ChatEvent>>(deps: MemberDeps<B>): Promise<Member<B>> {
  const { bus, presence, newId } = deps;
  const life = new Life();
  const realtime = await createRealtime({
    mode: deps.mode ?? "debug",
    store: mortalStore(deps.store, life),
    bus,
    presence,
    clock: new MortalClock(deps.clock, life),
    newMessageId: newId,
    newConnectionId: newId,
    limits: { ...DEFAULT_LIMITS, ...deps.limits },
    presenceEveryoneBelow: deps.presenceEveryoneBelow ?? 500,
    mayOpen: () => true,
  });
  let stopping: Promise<void> | null = null;
  return {
    realtime,
    bus,
    presence,
    death: life.over,
    connect: (userId, how) => connectTo(realtime, userId, how),
    kill(): void {
      life.end();
      if (bus instanceof LossyBus) bus.die();
      stopping = Promise.resolve();
    },
    stop: () => stopping ??= Promise.resolve(realtime[Symbol.asyncDispose]()),
  };
}
