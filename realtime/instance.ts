/**
 * One instance of the chat, put together: the parts of this folder and who calls whom.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import { Batcher } from "../db/batcher.ts";
import type { UserId } from "../db/model.ts";
import { Announcer } from "./announcer.ts";
import { Audience } from "./audience.ts";
import { ChatRules } from "./chat.ts";
import { Cluster } from "./cluster.ts";
import type { Chat, Realtime, RealtimeDeps } from "./contract.ts";
import { Directory } from "./directory.ts";
import { Dispatcher, TYPING_RATE } from "./dispatch.ts";
import { USERS_TOPIC, userTopic } from "./events.ts";
import type { OnlineUser } from "./frames.ts";
import { Hub } from "./hub.ts";
import { MAX_BATCH, MAX_WAITING_LENGTH, MAX_WAITING_WRITES } from "./limits.ts";
import type { Identity } from "./identity.ts";
import { Liveness } from "./liveness.ts";
import { Marking } from "./marking.ts";
import { Neighbours } from "./neighbours.ts";
import { OwnRoster } from "./own_roster.ts";
import { Presence } from "./presence.ts";
import { RateLimiter } from "./rate.ts";
import { Relay } from "./relay.ts";
import { Resync } from "./resync.ts";
import { Silence } from "./silence.ts";
import { upgradeSocket } from "./socket.ts";
import { Sockets } from "./sockets.ts";
import { SyncAnswers } from "./sync_answers.ts";
import { Takeover } from "./takeover.ts";
import { Traffic } from "./traffic.ts";
import type { SocketEvents, Transport } from "./transport.ts";

const log = getLogger(["chat", "realtime"]);

/** The {@link Realtime} of one instance. */
export class Instance implements Realtime {
  readonly chat: Chat;
  readonly #deps: RealtimeDeps;
  readonly #hub: Hub;
  readonly #rate: RateLimiter<UserId>;
  readonly #audience: Audience;
  readonly #presence: Presence;
  readonly #announcer: Announcer;
  readonly #relay: Relay;
  readonly #writes: Batcher;
  readonly #traffic = new Traffic();
  readonly #marking: Marking;
  readonly #sockets: Sockets;
  readonly #liveness: Liveness;
  readonly #resync: Resync;
  readonly #silence: Silence;
  /** Null where there are no other instances. */
  readonly #others:
    | { readonly cluster: Cluster; readonly roster: OwnRoster; readonly onGap: Disposable }
    | null;

  constructor(deps: RealtimeDeps) {
    const { mode, store, bus, clock, limits } = deps;
    const { users, sessions, messages } = store;
    this.#deps = deps;
    const { headcount = null } = deps;
    this.#hub = new Hub(limits.connections, headcount);
    this.#rate = new RateLimiter(limits.messages);
    this.#resync = new Resync({ hub: this.#hub, clock });
    const directory = new Directory(users, clock);
    const neighbours = new Neighbours();
    this.#presence = new Presence({
      mode,
      directory,
      users,
      neighbours,
      clock,
      onChange: (userId, change, to) => this.#announcer.note(userId, change, to),
      onHere: {
        came: (person, how) => this.#others?.roster.came(person, how),
        left: (userId, how) => this.#others?.roster.left(userId, how),
      },
    });
    this.#audience = new Audience({
      mode,
      hub: this.#hub,
      messages,
      users,
      clock,
      everyoneBelow: deps.presenceEveryoneBelow,
      online: () => this.#presence.size,
    });
    const shared = { hub: this.#hub, audience: this.#audience, presence: this.#presence, clock };
    this.#announcer = new Announcer(shared);
    this.#relay = new Relay({
      bus,
      hub: this.#hub,
      messages,
      clock,
      onHandedOver: (message, userId) => chat.handedOver(message, userId),
      onNewConversation: (members) => this.#audience.forgetContacts(members),
      onPresence: (event) => this.#others?.cluster.hear(event),
      onUserChanged: (userId) => {
        directory.forget(userId);
        this.#presence.changed(userId).catch((error) =>
          log.warn("The new name of user {userId} is not shown yet: {error}", {
            userId,
            error: String(error),
          })
        );
      },
    });
    this.#writes = new Batcher(messages, {
      clock,
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING_WRITES,
      maxWaitingLength: MAX_WAITING_LENGTH,
    });
    this.#marking = new Marking({ writes: this.#writes, bus, clock });
    const chat = new ChatRules({
      mode,
      store: messages,
      writes: this.#writes,
      bus,
      clock,
      newId: deps.newMessageId,
      directory,
      presence: this.#presence,
      deliveries: this.#relay,
      rate: this.#rate,
      onSent: headcount === null ? null : (userId) => headcount.sent(userId),
      marking: this.#marking,
    });
    this.chat = chat;
    const dispatcher = new Dispatcher({
      chat: this.chat,
      sync: new SyncAnswers({
        messages,
        presence: this.#presence,
        clock,
        onRead: (connection, views) => this.#relay.synced(connection, views),
      }),
      audience: this.#audience,
      presence: this.#presence,
      bus,
      clock,
      typing: new RateLimiter(TYPING_RATE),
      traffic: this.#traffic,
    });
    this.#sockets = new Sockets({
      ...shared,
      epoch: store.facts.epoch,
      limits,
      relay: this.#relay,
      directory,
      announcer: this.#announcer,
      sessions,
      newConnectionId: deps.newConnectionId,
      traffic: this.#traffic,
      handle: (connection, frame) => dispatcher.handle(connection, frame),
      upgrade: deps.upgrade ?? upgradeSocket,
      mayOpen: (lingering) => deps.mayOpen(this.#hub.size + lingering),
    });
    this.#liveness = new Liveness({
      hub: this.#hub,
      sessions,
      users,
      clock,
      onAccounts: (accounts) => this.#presence.seen(accounts),
      also: () => {
        directory.sweep();
        return this.#refresh();
      },
    });
    this.#silence = new Silence({ hub: this.#hub, clock });
    this.#others = bus.isShared ? this.#joinOthers(neighbours) : null;
  }

  /** Counts what is to be known first, and meets the other instances; to be called once. */
  async begin(): Promise<void> {
    await this.#refresh();
    // What changes while the rosters are read must not fall through.
    await this.#relay.begin();
    await this.#others?.cluster.begin();
    this.#announcer.begin();
  }

  upgrade(request: Request, identity: Identity): Response {
    return this.#sockets.upgrade(request, identity);
  }

  accept(identity: Identity, transport: Transport, confirms: boolean): SocketEvents {
    return this.#sockets.accept(identity, transport, confirms);
  }

  async onlineUsers(viewer: UserId | null): Promise<OnlineUser[]> {
    if (viewer !== null) return [...await this.#announcer.visibleTo(viewer)];
    return [...(await this.#presence.describe(this.#presence.online())).values()];
  }

  sessionsEnded(userId: UserId, sessionIds: readonly string[]): void {
    if (sessionIds.length > 0) {
      this.#deps.bus.publish(userTopic(userId), { type: "sessions_ended", sessionIds });
    }
  }

  accountDisabled(userId: UserId): void {
    this.userChanged(userId);
    this.#deps.bus.publish(userTopic(userId), { type: "account_disabled" });
  }

  userChanged(userId: UserId): void {
    this.#deps.bus.publish(USERS_TOPIC, { type: "user_changed", userId });
  }

  restart(): Promise<void> {
    return this.#sockets.restart();
  }

  replace(userId: UserId, connectionId: string): void {
    this.#hub.replace(userId, connectionId);
  }

  sentElsewhere(userId: UserId, count: number): void {
    this.#rate.spend(userId, count, this.#deps.clock.now());
  }

  figures(): ReadonlyMap<string, number> {
    const writes = this.#writes.figures;
    const figures = new Map<string, number>([
      ["connections", this.#hub.size],
      ["users_online", this.#presence.sizeHere],
      ["writes_waiting", writes.waiting],
      ["commits_total", writes.commits],
      ["commits_failed_total", writes.failedCommits],
      ["commit_seconds_total", writes.totalMs / 1_000],
      ["commit_longest_seconds", writes.longestMs / 1_000],
      ['committed_total{what="message"}', writes.drafts],
      ['committed_total{what="mark"}', writes.marks],
      ["other_instances", this.#others?.cluster.size ?? 0],
      ["resyncs_total", this.#resync.sent],
      ["backlog_bytes", this.#sockets.waitingBytes.connected],
      ["lingering_bytes", this.#sockets.waitingBytes.lingering],
      ...writes.sizes.figures("commit_writes"),
      ...writes.times.figures("commit_duration_seconds"),
      ...this.#traffic.figures(),
    ]);
    for (const [reason, count] of this.#sockets.closes) {
      figures.set(`closes_total{code="${reason.code}"}`, count);
    }
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#liveness[Symbol.dispose]();
    this.#silence[Symbol.dispose]();
    this.#others?.onGap[Symbol.dispose]();
    await this.#sockets[Symbol.asyncDispose]();
    this.#announcer[Symbol.dispose]();
    this.#resync[Symbol.dispose]();
    // Both may have to wait for their backend, within bounds.
    await Promise.all([this.#writes[Symbol.asyncDispose](), this.#others?.cluster[Symbol.asyncDispose]()]);
    this.#marking[Symbol.dispose]();
    await this.#presence[Symbol.asyncDispose]();
    await this.#relay[Symbol.asyncDispose]();
  }

  /** Counts accounts and notes who is here; part of each round of {@link Liveness}. */
  async #refresh(): Promise<void> {
    await this.#audience.refresh();
    await this.#presence.noteSeen();
  }

  #joinOthers(
    neighbours: Neighbours,
  ): { readonly cluster: Cluster; readonly roster: OwnRoster; readonly onGap: Disposable } {
    const { bus, clock, presence: store, store: { users } } = this.#deps;
    const presence = this.#presence;
    const isOnline = (userId: UserId): boolean => presence.isOnline(userId);
    const isHere = (userId: UserId): boolean => presence.isHere(userId);
    const shared = { store, bus, clock, audience: this.#audience, isOnline };
    const roster = new OwnRoster({ ...shared, here: () => presence.here() });
    const takeover = new Takeover({ ...shared, neighbours, users, isHere });
    const resync = (): void => this.#resync.request();
    const cluster = new Cluster({ store, bus, clock, neighbours, presence, roster, takeover, resync });
    return { cluster, roster, onGap: bus.onGap(() => cluster.gap()) };
  }
}
