/**
 * The answer to `sync`: what a device missed, in one frame.
 *
 * @module
 */
import type { MessageStore, SyncPage } from "../db/messages.ts";
import { type ConversationView, peerOf, type UserId } from "../db/model.ts";
import type { Clock } from "../db/clock.ts";
import { encode, utf8Length } from "./codec.ts";
import type { Connection } from "./connection.ts";
import type { ClientFrame, ServerFrame } from "./frames.ts";
import { DEFAULT_PAGE, MAX_ANSWER_BYTES, SYNC_OVERLAP_MS } from "./limits.ts";
import type { Presence } from "./presence.ts";
import { conversationShape, messageFrame, timestamp } from "./wire.ts";

type SyncFrame = Extract<ClientFrame, { type: "sync" }>;
type SyncAnswer = Extract<ServerFrame, { type: "sync" }>;

/** With fewer a page is one conversation and few messages, whatever anybody is called. */
const LEAST_BYTES = 4_096;

interface SyncAnswersDeps {
  readonly messages: Pick<MessageStore, "sync">;
  readonly presence: Pick<Presence, "describe">;
  readonly clock: Clock;
  /** Told of the conversations of each answer, in the turn in which the store answered. */
  readonly onRead?: (connection: Connection, views: readonly ConversationView[]) => void;
}

/** Asks the store and writes the `sync` frame. */
export class SyncAnswers {
  readonly #deps: SyncAnswersDeps;

  constructor(deps: SyncAnswersDeps) {
    this.#deps = deps;
  }

  /**
   * The encoded answer. Rejects with what the store refuses, such as a `page` that is none of its own.
   *
   * The store knows neither names nor pictures: an answer that these make too long is asked for again, smaller.
   */
  async answer(connection: Connection, frame: SyncFrame): Promise<string> {
    const { userId } = connection;
    const { have, since, page, limit = DEFAULT_PAGE } = frame.data ?? {};
    const query = {
      have: new Map(Object.entries(have ?? {})),
      limit,
      now: this.#deps.clock.now(),
      ...(since === undefined ? {} : { since: Date.parse(since) - SYNC_OVERLAP_MS }),
      ...(page === undefined ? {} : { page }),
    };
    for (let maxBytes = MAX_ANSWER_BYTES;; maxBytes /= 2) {
      const answer = await this.#deps.messages.sync(userId, { ...query, maxBytes });
      this.#deps.onRead?.(connection, answer.conversations);
      const text = await this.#encode(userId, frame.id, answer);
      if (fits(text) || maxBytes < LEAST_BYTES) return text;
    }
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
        messages: messagesOf(page, userId),
        limited: Object.fromEntries(page.limited.map((conversationId) => [conversationId, true as const])),
        reset: [...page.reset],
        gone: [...page.gone],
        next: page.next,
        now: timestamp(page.now),
      },
    };
    return encode(frame);
  }
}

function messagesOf({ messages }: SyncPage, viewerId: UserId): SyncAnswer["data"]["messages"] {
  return Object.fromEntries(
    [...messages].map(([id, all]) =>
      [id, all.map((message) => messageFrame(message, { viewerId, isOffline: true }))] as const
    ),
  );
}

/** A UTF-16 unit is at most three bytes, so most answers need no count. */
function fits(text: string): boolean {
  return text.length * 3 <= MAX_ANSWER_BYTES || utf8Length(text) <= MAX_ANSWER_BYTES;
}
