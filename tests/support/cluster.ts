/**
 * Several instances as objects: over one store, one clock, and a network that does what the test says.
 *
 * @module
 */
import type { Clock, Timer } from "../../db/clock.ts";
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import type { MessageStore, Outcome } from "../../db/messages.ts";
import { openStore } from "../../db/open.ts";
import type { PresenceStore } from "../../db/presence.ts";
import type { Store } from "../../db/store.ts";
import {
  type ChatEvent,
  createRealtime,
  decodeEvent,
  DEFAULT_LIMITS,
  type Limits,
  type Realtime,
} from "../../realtime/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import { type ConnectOptions, connectTo, type FakeSocket } from "./instance.ts";
import { type LossyBus, LossyNetwork, seeded } from "./lossy_bus.ts";

/** How a cluster differs from the default one. */
export interface ClusterOptions {
  readonly mode?: "debug" | "release";
  readonly limits?: Partial<Limits>;
  readonly presenceEveryoneBelow?: number;
  /** Of the network's randomness. */
  readonly seed?: number;
  /** What instances are given instead of the message store. */
  readonly wrapMessages?: (messages: MessageStore) => MessageStore;
}

/** What an instance needs of a store. */
type InstanceStore = Parameters<typeof createRealtime>[0]["store"];

/** One instance of a {@link TestCluster}. */
export interface Member {
  readonly realtime: Realtime;
  readonly bus: LossyBus<ChatEvent>;
  readonly presence: FailingPresence;
  /** Connects somebody and waits until the socket is welcome. */
  connect(userId: number, how?: ConnectOptions): Promise<FakeSocket>;
  /** The process is killed: it does and hears nothing more, and nobody is told. */
  kill(): void;
  /** The process is ended in order; the clock has to move for its sockets to drain. */
  stop(): Promise<void>;
}

/** Instances that share everything but their memory. Disposing it ends them. */
export interface TestCluster extends AsyncDisposable {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly network: LossyNetwork<ChatEvent>;
  readonly members: readonly Member[];
  /** One of them, counted from 0. */
  member(index: number): Member;
  /** Adds an instance. */
  start(): Promise<Member>;
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

/** A clock that stops with its process. */
class MortalClock implements Clock {
  isDead = false;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, run: () => void): Timer {
    return this.#clock.after(ms, () => {
      if (!this.isDead) run();
    });
  }
}

/** Starts so many instances. */
export async function startCluster(size: number, options: ClusterOptions = {}): Promise<TestCluster> {
  const dataDir = await Deno.makeTempDir({ prefix: "go-chat-cluster-" });
  const clock = new FakeClock();
  const store = await openStore({ dataDir, clock });
  const network = new LossyNetwork<ChatEvent>({
    clock,
    decode: decodeEvent,
    random: seeded(options.seed ?? 1),
  });
  const messages = inTurn(store.messages);
  const shared: InstanceStore = {
    facts: store.facts,
    users: store.users,
    sessions: store.sessions,
    messages: options.wrapMessages?.(messages) ?? messages,
  };
  const memory = new PresenceMemory(clock);
  const members: Member[] = [];
  const ends = new Map<Member, () => Promise<void>>();
  const start = async (): Promise<Member> => {
    const number = members.length + 1;
    const presence = new FailingPresence(new LocalPresence(memory, `i${number}`));
    const member = await startMember(number, { ...options, store: shared, clock, network, presence });
    members.push(member);
    ends.set(member, () => member.stop());
    return member;
  };
  for (let n = 0; n < size; n++) await start();
  return {
    store,
    clock,
    network,
    members,
    member(index): Member {
      const member = members[index];
      if (member === undefined) throw new RangeError(`There is no instance ${index}`);
      return member;
    },
    start,
    async [Symbol.asyncDispose](): Promise<void> {
      const ending = Promise.all([...ends.values()].map((end) => end()));
      await clock.advance(60_000);
      await ending;
      await store[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** One commit at a time, as each instance promises on its own and a shared database sees to for all. */
function inTurn(messages: MessageStore): MessageStore {
  let last: Promise<unknown> = Promise.resolve();
  return delegated(messages, {
    commit(batch): Promise<Outcome> {
      const outcome = last.then(() => messages.commit(batch));
      last = outcome.catch(() => {});
      return outcome;
    },
  });
}

/** A message store with some methods of its own. */
export function delegated(messages: MessageStore, own: Partial<MessageStore>): MessageStore {
  return {
    commit: (batch) => messages.commit(batch),
    repeatOf: (draft) => messages.repeatOf(draft),
    list: (conversation, query) => messages.list(conversation, query),
    conversations: (userId, query) => messages.conversations(userId, query),
    sync: (userId, query) => messages.sync(userId, query),
    contacts: (userId, limit) => messages.contacts(userId, limit),
    memberIds: (afterId, limit) => messages.memberIds(afterId, limit),
    removeBefore: (cutoff, limit) => messages.removeBefore(cutoff, limit),
    ...own,
  };
}

interface Shared extends ClusterOptions {
  readonly store: InstanceStore;
  readonly clock: FakeClock;
  readonly network: LossyNetwork<ChatEvent>;
  readonly presence: FailingPresence;
}

async function startMember(number: number, shared: Shared): Promise<Member> {
  const { store, network, presence } = shared;
  const clock = new MortalClock(shared.clock);
  const bus = network.join();
  let ids = 0;
  const newId = (): string =>
    `${String(number).padStart(8, "0")}-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
  const realtime = await createRealtime({
    mode: shared.mode ?? "debug",
    store,
    bus,
    presence,
    clock,
    newMessageId: newId,
    newConnectionId: newId,
    limits: { ...DEFAULT_LIMITS, ...shared.limits },
    presenceEveryoneBelow: shared.presenceEveryoneBelow ?? 500,
    mayOpen: () => true,
  });
  let stopping: Promise<void> | null = null;
  return {
    realtime,
    bus,
    presence,
    connect: (userId, how) => connectTo(realtime, userId, how),
    kill(): void {
      clock.isDead = true;
      bus.die();
      stopping = Promise.resolve();
    },
    stop: () => stopping ??= Promise.resolve(realtime[Symbol.asyncDispose]()),
  };
}
