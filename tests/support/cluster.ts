/**
 * Several instances as objects: over one store, one clock, and a network that does what the test says.
 *
 * @module
 */
import { LocalPresence, PresenceMemory } from "../../db/local/presence.ts";
import type { MessageStore, Outcome } from "../../db/messages.ts";
import { openStore } from "../../db/open.ts";
import type { Store } from "../../db/store.ts";
import { type ChatEvent, decodeEvent } from "../../realtime/mod.ts";
import { FakeClock } from "./fake_clock.ts";
import { LossyNetwork, seeded } from "./lossy_bus.ts";
import { FailingPresence, type Member, type MemberOptions, startMember } from "./member.ts";

/** How a cluster differs from the default one. */
export interface ClusterOptions extends MemberOptions {
  /** Of the network's randomness. */
  readonly seed?: number;
  /** What an instance, counted from 0, is given instead of the message store. */
  readonly wrapMessages?: (messages: MessageStore, index: number) => MessageStore;
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
  const { facts, users, sessions } = store;
  const memory = new PresenceMemory(clock);
  const members: Member[] = [];
  const start = async (): Promise<Member> => {
    const index = members.length;
    const member = await startMember({
      ...options,
      store: { facts, users, sessions, messages: options.wrapMessages?.(messages, index) ?? messages },
      clock,
      bus: network.join(),
      presence: new FailingPresence(new LocalPresence(memory, `i${index + 1}`)),
      newId: numbered(index + 1),
    });
    members.push(member);
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
      const ending = Promise.all(members.map((member) => member.stop()));
      await clock.advance(60_000);
      await ending;
      await store[Symbol.asyncDispose]();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Names that no other instance gives. */
function numbered(instance: number): () => string {
  let ids = 0;
  return () => `${String(instance).padStart(8, "0")}-0000-7000-8000-${String(++ids).padStart(12, "0")}`;
}

/** One commit at a time, as each instance promises on its own and a shared database sees to for all. */
export function inTurn(messages: MessageStore): MessageStore {
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
    conversationsOf: (userId, after, limit) => messages.conversationsOf(userId, after, limit),
    emptyMessages: (query) => messages.emptyMessages(query),
    ...own,
  };
}
