/**
 * The life of a socket: from the upgrade over `welcome` to its end, and the drain of all of them.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { Clock, Timer } from "../db/clock.ts";
import type { SessionStore } from "../db/sessions.ts";
import type { Announcer } from "./announcer.ts";
import type { Audience } from "./audience.ts";
import { Backlog } from "./backlog.ts";
import { CLOSE, type CloseReason } from "./close.ts";
import { encode } from "./codec.ts";
import { Connection } from "./connection.ts";
import type { Directory } from "./directory.ts";
import { ChatError } from "./errors.ts";
import { agreedProtocol, PROTOCOL_VERSION } from "./handshake.ts";
import type { Hub } from "./hub.ts";
import { type Handle, Intake, type IntakeDeps } from "./intake.ts";
import {
  HEARTBEAT_SECONDS,
  type Limits,
  MAX_BACKLOG_BYTES,
  MAX_CONTENT_POINTS,
  MAX_FRAME_BYTES,
  MAX_LINGERING,
} from "./limits.ts";
import { Lingering } from "./lingering.ts";
import type { Identity } from "./identity.ts";
import type { Presence } from "./presence.ts";
import { ReadTurns } from "./read_turns.ts";
import type { Relay } from "./relay.ts";
import type { Traffic } from "./traffic.ts";
import type { SocketEvents, Transport, Upgrade } from "./transport.ts";
import { timestamp } from "./wire.ts";

const log = getLogger(["chat", "realtime"]);

/** Sockets closed at once while draining, and the pause between, in ms: clients do not come back as one wave. */
const DRAIN_BATCH = 250;
const DRAIN_PAUSE_MS = 20;
/** Between two looks at what waits for slow readers and closed sockets, in ms. */
const LOOK_MS = 1_000;
/** From a close to the first look whether it can be told, in ms. */
const SOON_MS = 20;
/** When somebody refused a socket may try again, in ms. */
const RETRY_MS = 5_000;

interface SocketsDeps {
  readonly epoch: string;
  readonly limits: Limits;
  readonly hub: Hub;
  readonly relay: Relay;
  readonly directory: Directory;
  readonly presence: Presence;
  readonly audience: Audience;
  readonly announcer: Announcer;
  readonly sessions: Pick<SessionStore, "find">;
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly newConnectionId: () => string;
  readonly handle: Handle;
  readonly upgrade: Upgrade;
  /** Whether another socket may be opened beside those in the hub and `lingering` others. */
  readonly mayOpen: (lingering: number) => boolean;
}

/** Accepts identities on transports, and ends them. */
export class Sockets implements AsyncDisposable {
  readonly #deps: SocketsDeps;
  readonly #closes = new Map<CloseReason, number>();
  /** Sockets between their upgrade and `welcome`, which the hub does not know yet or holds. */
  readonly #opening = new Set<Connection>();
  /** What waits for all who are connected. */
  readonly #backlog: Backlog;
  readonly #mostBacklog: number;
  readonly #turns: ReadTurns;
  readonly #intake: IntakeDeps;
  /** Sockets that the other side keeps although this side closed them. */
  readonly #lingering: Lingering;
  readonly #hear: Listening = {
    opened: (connection, intake) => this.#begin(connection, intake),
    gone: (connection, isReleased) => this.#lingering.gone(connection, isReleased),
  };
  readonly #onClosed = (connection: Connection, reason: CloseReason | null): void =>
    this.#closed(connection, reason);
  #isDraining = false;
  #timer: Timer;
  /** Runs while somebody was closed for whom something waits: most take it in no time, and then hear of it. */
  #soon: Timer | null = null;

  constructor(deps: SocketsDeps) {
    this.#deps = deps;
    this.#lingering = new Lingering(deps.clock);
    this.#timer = this.#look();
    const { buffer } = deps.limits;
    this.#mostBacklog = buffer === 0 ? 0 : Math.max(MAX_BACKLOG_BYTES, 4 * buffer);
    this.#backlog = new Backlog(this.#mostBacklog);
    this.#turns = new ReadTurns(deps.clock);
    const { handle, clock, limits } = deps;
    this.#intake = { handle, clock, rate: limits.frames, turns: this.#turns, traffic: deps.traffic };
  }

  /** Figures for /metrics: what waits for those connected, and what waited for those closed and not gone. */
  get waitingBytes(): { readonly connected: number; readonly lingering: number } {
    return { connected: this.#backlog.bytes, lingering: this.#lingering.bytes };
  }

  /** How often this side closed for each reason. */
  get closes(): ReadonlyMap<CloseReason, number> {
    return this.#closes;
  }

  /** Upgrades a request of somebody known. Throws `upgrade_required`, `rate_limited` or `overloaded`. */
  upgrade(request: Request, identity: Identity): Response {
    if (this.#isDraining || !this.#deps.mayOpen(this.#lingering.size)) {
      throw new ChatError("overloaded", { retryAfterMs: RETRY_MS });
    }
    const lingering = this.#lingering.of(identity.userId);
    const isFull = this.#mostBacklog > 0 && this.#lingering.bytes >= this.#mostBacklog;
    // Whoever has none of them is let in all the same: a few accounts could lock everybody else out.
    if (lingering >= MAX_LINGERING || (isFull && lingering > 0)) {
      throw new ChatError("rate_limited", { retryAfterMs: RETRY_MS });
    }
    const confirms = agreedProtocol(request) !== null;
    return this.#deps.upgrade(request, (transport) => this.accept(identity, transport, confirms));
  }

  /** Takes a transport for an identity; the events are to be called as the socket reports them. */
  accept(identity: Identity, transport: Transport, confirms: boolean): SocketEvents {
    const { clock, limits, newConnectionId, traffic } = this.#deps;
    const connection = new Connection({
      id: newConnectionId(),
      identity,
      transport,
      confirms,
      buffer: limits.buffer,
      backlog: this.#backlog,
      traffic,
      openedAt: clock.now(),
      onClosed: this.#onClosed,
    });
    return new Accepted(connection, new Intake(connection, this.#intake), this.#hear);
  }

  /** Closes every socket with 1012, in batches, and takes no more. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#timer.cancel();
    this.#soon?.cancel();
    await this.restart();
  }

  /** Closes every socket that is open now with 1012, in batches: whoever comes back is let in. */
  async restart(): Promise<void> {
    // Those who were closed before, also where nobody is left to close.
    this.#lingering.settle();
    const all = [...this.#opening, ...this.#deps.hub.all()];
    for (let from = 0; from < all.length; from += DRAIN_BATCH) {
      for (const connection of all.slice(from, from + DRAIN_BATCH)) connection.close(CLOSE.restart);
      this.#lingering.settle();
      await new Promise<void>((resolve) => this.#deps.clock.after(DRAIN_PAUSE_MS, resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDraining) await this.drain();
    this.#turns[Symbol.dispose]();
  }

  #look(): Timer {
    return this.#deps.clock.after(LOOK_MS, () => {
      this.#backlog.look();
      this.#lingering.look();
      if (!this.#isDraining) this.#timer = this.#look();
    });
  }

  #begin(connection: Connection, intake: Intake): void {
    const { id, userId } = connection;
    log.debug("Connection {connection} of user {userId} is there", { connection: id, userId });
    this.#opening.add(connection);
    this.#open(connection, intake).catch((error) => {
      log.error("Connection {connection} was not opened: {error}", { connection: id, error: String(error) });
      connection.close(CLOSE.overloaded);
    });
  }

  /** Added to the hub first and followed next, so that no event between falls through; held until `welcome`. */
  async #open(connection: Connection, intake: Intake): Promise<void> {
    const { hub, relay, directory, presence, announcer, sessions, clock } = this.#deps;
    if (connection.isClosed) return;
    if (this.#isDraining) return connection.close(CLOSE.restart);
    const { userId, session } = connection.identity;
    hub.add(connection);
    await relay.follow(userId);
    // It may have ended while the subscription was not live yet.
    if (session !== null && await sessions.find(session.id, clock.now()) === null) {
      return connection.close(CLOSE.sessionEnded);
    }
    const user = (await directory.load([userId])).get(userId);
    if (connection.isClosed) return;
    presence.arrived(connection, user);
    const list = await announcer.listFor(userId);
    if (connection.isClosed) return;
    this.#opening.delete(connection);
    // A token may hold an older name than the account has by now.
    const username = session === null ? connection.identity.username : user?.username;
    connection.open([this.#welcome(connection, username ?? connection.identity.username), list]);
    intake.begin();
  }

  #welcome(connection: Connection, username: string): string {
    const { limits, clock, epoch } = this.#deps;
    return encode({
      type: "welcome",
      timestamp: timestamp(clock.now()),
      data: {
        user_id: connection.userId,
        username,
        connection_id: connection.id,
        epoch,
        heartbeat_seconds: HEARTBEAT_SECONDS,
        protocol: PROTOCOL_VERSION,
        limits: {
          content_points: MAX_CONTENT_POINTS,
          frame_bytes: MAX_FRAME_BYTES,
          messages: limits.messages,
          frames: limits.frames,
        },
      },
    });
  }

  #closed(connection: Connection, reason: CloseReason | null): void {
    const { hub, presence, relay, audience } = this.#deps;
    const { id, userId } = connection;
    const code = reason?.code ?? "by the other side";
    log.debug("Connection {connection} of user {userId} ended: {code}", { connection: id, userId, code });
    if (reason !== null) {
      this.#closes.set(reason, (this.#closes.get(reason) ?? 0) + 1);
      this.#lingering.add(connection);
      if (connection.left > 0 && !this.#isDraining) {
        this.#soon ??= this.#deps.clock.after(SOON_MS, () => {
          this.#soon = null;
          this.#lingering.look();
        });
      }
    }
    this.#opening.delete(connection);
    audience.forget(connection);
    if (!hub.remove(connection)) return;
    presence.left(connection.userId);
    relay.unfollow(connection.userId).catch((error) =>
      log.warn("A subscription was not ended: {error}", { error: String(error) })
    );
  }
}

/** What all sockets report to; one object, as there are thousands of them. */
interface Listening {
  opened(connection: Connection, intake: Intake): void;
  gone(connection: Connection, isReleased: boolean): void;
}

/** An accepted socket's two halves, behind the events of its transport. */
class Accepted implements SocketEvents {
  readonly #connection: Connection;
  readonly #intake: Intake;
  readonly #hear: Listening;
  #isOver = false;

  constructor(connection: Connection, intake: Intake, hear: Listening) {
    this.#connection = connection;
    this.#intake = intake;
    this.#hear = hear;
  }

  opened(): void {
    this.#hear.opened(this.#connection, this.#intake);
  }

  text(text: string): void {
    this.#intake.receive(text);
  }

  binary(bytes: number): void {
    this.#intake.receiveBinary(bytes);
  }

  closed(isReleased: boolean = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.closed();
    this.#hear.gone(this.#connection, isReleased);
  }
}
