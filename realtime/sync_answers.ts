/**
 * The answer to `sync`: what a device missed, in one frame.
 *
 * @module
 */
import type { MessageStore, SyncPage } from "../db/messages.ts";
import { type ConversationView, peerOf, type UserId } from "../db/model.ts";
import type { Clock } from "../db/clock.ts";
import { keepWithin } from "./answer_bound.ts";
import { encode, utf8Length } from "./codec.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";
import { DEFAULT_PAGE, MAX_ANSWER_BYTES, SYNC_OVERLAP_MS } from "./limits.ts";
import type { Presence } from "./presence.ts";
import { conversationShape, messageFrame, timestamp } from "./wire.ts";

type SyncFrame = Extract<ClientFrame, { type: "sync" }>;
type SyncAnswer = Extract<ServerFrame, { type: "sync" }>;

/** A conversation's key in `messages` and in `limited`, with their JSON. */
const ENTRY_BYTES = 192;

interface SyncAnswersDeps {
  readonly messages: Pick<MessageStore, "sync">;
  readonly presence: Pick<Presence, "describe">;
  readonly clock: Clock;
  /** Told of the conversations of each answer, in the turn in which the store answered. */
  readonly onRead?: (userId: UserId, views: readonly ConversationView[]) => void;
}

/** Asks the store and writes the `sync` frame. */
export class SyncAnswers {
  readonly #deps: SyncAnswersDeps;

  constructor(deps: SyncAnswersDeps) {
    this.#deps = deps;
  }

  /** The encoded answer. Rejects with what the store refuses, such as a `page` that is none of its own. */
  async answer(userId: UserId, frame: SyncFrame): Promise<string> {
    const { have, since, page, limit = DEFAULT_PAGE } = frame.data ?? {};
    const answer = await this.#deps.messages.sync(userId, {
      have: new Map(Object.entries(have ?? {})),
      limit,
      maxBytes: MAX_ANSWER_BYTES,
      now: this.#deps.clock.now(),
      ...(since === undefined ? {} : { since: Date.parse(since) - SYNC_OVERLAP_MS }),
      ...(page === undefined ? {} : { page }),
    });
    this.#deps.onRead?.(userId, answer.conversations);
    return this.#encode(userId, frame.id, answer);
  }

  async #encode(userId: UserId, id: string | undefined, page: SyncPage): Promise<string> {
    const peers = page.conversations.map((view) => peerOf(view.conversation, userId));
    const people = await this.#deps.presence.describe(peers);
    const frame: SyncAnswer = {
      type: "sync",
      ...(id === undefined ? {} : { id }),
      timestamp: timestamp(this.#deps.clock.now()),
      data: {
        conversations: page.conversations.map((one) => conversationShape(one, userId, people)),
        messages: {},
        limited: Object.fromEntries(page.limited.map((conversationId) => [conversationId, true as const])),
        reset: [...page.reset],
        gone: [...page.gone],
        next: page.next,
        now: timestamp(page.now),
      },
    };
    addMessages(frame, page.messages, userId);
    return encode(frame);
  }
}

/** Adds what fits beside the rest; a conversation that does not fit whole brings its newest and is limited. */
function addMessages(frame: SyncAnswer, messages: SyncPage["messages"], viewerId: UserId): void {
  let left = MAX_ANSWER_BYTES - utf8Length(encode(frame));
  for (const [conversationId, all] of messages) {
    const frames = all.map((message) => messageFrame(message, { viewerId, isOffline: true }));
    const kept = keepWithin(frames, left - ENTRY_BYTES, "newest");
    left -= kept.bytes + ENTRY_BYTES;
    frame.data.messages[conversationId] = kept.messages;
    if (kept.isCut) frame.data.limited[conversationId] = true;
  }
}
