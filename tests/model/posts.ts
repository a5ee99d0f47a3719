/**
 * Messages sent without a socket, as scripts do over HTTP.
 *
 * @module
 */
import assert from "node:assert/strict";
import { directConversation } from "../../db/model.ts";
import { StoreUnavailableError } from "../../db/errors.ts";
import { ChatError, type Sent } from "../../realtime/mod.ts";
import type { Device } from "./device.ts";
import type { Server } from "./ground.ts";
import type { Known } from "./known.ts";
import { mayBeRefused, refusalMark } from "./refusals.ts";
import type { Body } from "./truth.ts";

interface Post {
  readonly at: Server;
  readonly device: Device;
  readonly body: Body;
  readonly refusals: number;
  outcome: { readonly sent: Sent } | { readonly error: unknown } | null;
}

/** Sends that are not answered yet. */
export class Posts {
  readonly #known: Known;
  #open: Post[] = [];

  constructor(known: Known) {
    this.#known = known;
  }

  /** How many are not answered yet. */
  get size(): number {
    return this.#open.length;
  }

  /** Sends a text for the user of a device, which retries it where that has to be. */
  send(at: Server, device: Device, body: Body): void {
    const post: Post = { at, device, body, refusals: refusalMark(this.#known), outcome: null };
    this.#open.push(post);
    device.outbox.add(body);
    body.open++;
    body.via.add(post);
    this.#known.quotas.of(at).tried(body.sender);
    at.realtime.chat.send(body.sender, {
      conversation: directConversation(body.sender, body.to),
      content: body.content,
      clientId: body.clientId,
      connectionId: null,
    }).then((sent) => void (post.outcome = { sent }), (error) => void (post.outcome = { error }));
  }

  /** Takes what was answered. */
  read(): void {
    const answered = this.#open.filter((post) => post.outcome !== null);
    this.#open = this.#open.filter((post) => post.outcome === null);
    for (const post of answered) this.#take(post);
  }

  /** An instance is gone: what was not taken is never heard of. */
  lose(at: Server): void {
    for (const { body } of this.#open.filter((post) => post.at === at)) {
      body.open--;
      body.lost++;
    }
    this.#open = this.#open.filter((post) => post.at !== at);
  }

  #take({ at, device, body, refusals, outcome }: Post): void {
    body.open--;
    if (outcome === null) return;
    if ("sent" in outcome) {
      const { messageId, seq } = outcome.sent;
      this.#known.truth.acknowledge(body, { messageId, seq, conversation: body.conversation });
      this.#known.quotas.of(at).passed(body.sender);
      this.#known.figures.count("post ok");
      return device.acknowledged(body, { messageId, seq });
    }
    const { error } = outcome;
    this.#known.figures.count(`post ${error instanceof ChatError ? error.code : "unavailable"}`);
    if (error instanceof StoreUnavailableError) {
      const mayRefuse = mayBeRefused(this.#known, refusals) || this.#known.ending.has(at);
      assert.ok(mayRefuse, `a post was refused: ${error.message}`);
    } else {
      assert.ok(error instanceof ChatError && error.code === "rate_limited", String(error));
      assert.ok(this.#known.quotas.of(at).triesOf(body.sender) >= this.#known.setting.messages.burst);
    }
    device.refused(body, 503);
  }
}
