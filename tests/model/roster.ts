/**
 * Who is online, as one connection is told.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { OnlineUser, ServerFrame } from "../../realtime/frames.ts";
import type { Known } from "./known.ts";
import type { Moves } from "./presence_truth.ts";

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** News of presence is told within this long, in ms; where the store is locked, a leave takes the longest. */
const TOLD_WITHIN_MS = 3_500;
/** The same over several instances, of which one may be gone: a lease, a look, the delay, and the same again. */
const SHARED_TOLD_WITHIN_MS = 60_000;

/** Checks news of presence against who really came and went, and keeps what a client would show. */
export class Roster {
  readonly #known: Known;
  readonly #user: number;
  readonly #online = new Set<number>();
  /** How often each had come and gone when this connection began. */
  readonly #before = new Map<number, Moves>();
  readonly #begunAt: number;
  readonly #told = new Map<string, number>();

  constructor(known: Known, user: number) {
    this.#known = known;
    this.#user = user;
    this.#begunAt = known.now();
    for (let other = 1; other <= known.setting.users; other++) {
      this.#before.set(other, known.presence.moves(other));
    }
  }

  /** Who is online, as far as this connection knows. */
  get online(): readonly number[] {
    return [...this.#online].sort();
  }

  /** Takes news. */
  take(frame: FrameOf<"user_list"> | FrameOf<"join"> | FrameOf<"leave">): void {
    if (frame.type === "user_list") return this.#list(frame.data.users);
    const { data, from_user_id: user, type } = frame;
    assert.equal(data.user_id, user);
    this.#maySee(user);
    const count = (this.#told.get(`${type} ${user}`) ?? 0) + 1;
    this.#told.set(`${type} ${user}`, count);
    const before = this.#before.get(user);
    const now = this.#known.presence.moves(user);
    const [moves, at] = type === "join"
      ? ["arrivals", "arrivedAt"] as const
      : ["departures", "departedAt"] as const;
    const within = this.#known.setting.instances > 1 ? SHARED_TOLD_WITHIN_MS : TOLD_WITHIN_MS;
    // What happened just before this connection began may be told to it too.
    const isFresh = this.#begunAt - (before?.[at] ?? -Infinity) <= within;
    const most = now[moves] - (before?.[moves] ?? 0) + (isFresh ? 1 : 0);
    // News that are late or lost look like other moves, and what they came to is compared in the end.
    const isCounted = !this.#known.wasRough(this.#begunAt - within);
    if (isCounted) assert.ok(count <= most, `${type} of user ${user} for the ${count}. time`);
    if (type === "join") this.#online.add(user);
    else this.#online.delete(user);
  }

  /** Takes the answer to `watch`. */
  watched(frame: FrameOf<"presence">, added: readonly number[]): void {
    assert.deepEqual(frame.data.users.map((user) => user.user_id).sort(), [...added].sort());
    for (const user of frame.data.users) if (user.status === "online") this.#online.add(user.user_id);
  }

  #list(users: readonly OnlineUser[]): void {
    const ids = users.map((user) => user.user_id);
    assert.equal(new Set(ids).size, ids.length, "somebody is listed twice");
    assert.ok(ids.includes(this.#user), "oneself is in the list");
    for (const user of users) {
      assert.equal(user.status, "online");
      this.#maySee(user.user_id);
    }
    this.#online.clear();
    for (const id of ids) this.#online.add(id);
  }

  #maySee(other: number): void {
    if (this.#known.setting.everyoneBelow > 0 || other === this.#user) return;
    const mayKnow = this.#known.truth.areAcquainted(this.#user, other) ||
      this.#known.watched.has(`${this.#user} ${other}`);
    assert.ok(mayKnow, `user ${this.#user} is told of user ${other}, who is none of theirs`);
  }
}
