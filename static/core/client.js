/**
 * The client for programs: connects, stays connected, sends until it is stored, and hands over what others write, from
 * one run to the next. Browsers, Deno and Node.js 22. docs/client.md describes it, client.d.ts has its types.
 *
 * @module
 */
import { dialler, isRefused, signIn, SignInError } from "./address.js";
import { toMessage } from "./client_events.js";
import { storageMemory } from "./client_memory.js";
import { assembleClient, silence, takeFrame } from "./client_parts.js";
import { SESSION_ENDED, TOO_BIG } from "./close.js";
import { Emitter } from "./emitter.js";
import { newUuid, systemClock } from "./platform.js";
import { RequestError } from "./requests.js";
import { SendError } from "./sending.js";

/** @import { LinkEvents, LinkOptions, LinkState, Welcome } from "./link.js" */

/** @typedef {import("./address.js").Identity} Identity */
/** @typedef {import("./client_memory.js").ClientMemory} ClientMemory */
/** @typedef {import("./client_events.js").Message} Message */
/** @typedef {import("./client_events.js").Receipt} Receipt */
/** @typedef {import("./client_events.js").Typing} Typing */
/** @typedef {import("./presence.js").Person} Person */
/** @typedef {import("./sending.js").Failed} Failed */
/** @typedef {import("./sending.js").Sent} Sent */
/** @typedef {LinkState} State */

export { RequestError, SendError, signIn, SignInError, storageMemory };

/** How long {@link Client.close} waits for what is under way, ms. */
const CLOSE_MS = 5_000;

/**
 * @typedef {object} ClientEvents
 * @property {Message} message
 * @property {Receipt} receipt
 * @property {Typing} typing
 * @property {Person} presence
 * @property {LinkState} state
 * @property {Failed} failed
 * @property {LinkEvents["ended"]} ended
 */

/**
 * @typedef {Identity & {
 *   url: string | URL,
 *   userId?: number,
 *   memory?: ClientMemory,
 *   WebSocket?: typeof WebSocket,
 * }} ClientOptions
 */

/** @typedef {Pick<LinkOptions, "open" | "clock" | "random" | "refused"> & { newId: () => string }} Outside */

/**
 * Connects, and stays connected. Throws a `TypeError` for a malformed address, and where the runtime has no WebSocket.
 *
 * @param {ClientOptions} options
 * @returns {Client}
 */
export function connect(options) {
  const { url, token, debug, WebSocket } = options;
  const client = new Client(options, {
    open: dialler(WebSocket),
    clock: systemClock,
    random: Math.random,
    newId: newUuid,
    ...(debug === undefined && { refused: () => isRefused(url, token === undefined ? {} : { token }) }),
  });
  client.start();
  return client;
}

/** @extends {Emitter<ClientEvents>} */
export class Client extends Emitter {
  #parts;
  #clock;
  /** Who this is meant to be: drafts of one person are never sent as another. @type {number | null} */
  #userId;
  /** @type {{ userId: number, username: string } | null} */
  #self = null;
  /** @type {LinkState} */
  #state = "offline";
  /** @type {Promise<void> | null} */
  #closing = null;

  /**
   * @param {ClientOptions} options
   * @param {Outside} outside
   */
  constructor(options, outside) {
    super();
    this.#userId = options.userId ?? options.debug?.userId ?? null;
    this.#clock = outside.clock;
    this.#parts = assembleClient(options, outside, {
      emit: (name, event) => this.emit(name, event),
      hand: (message) => this.emitAndWait("message", message),
    });
    if (this.#userId !== null) this.#parts.sending.identify(this.#userId);
    this.#listen();
  }

  /** Who one is; null before the first `online`. */
  get self() {
    return this.#self;
  }

  /** @returns {LinkState} */
  get state() {
    return this.#state;
  }

  /**
   * Calls `listener` for each event of that name until the function it returns is called. A message counts as handled
   * once what its listeners return has resolved.
   *
   * @template {keyof ClientEvents} Name
   * @param {Name} name
   * @param {(event: ClientEvents[Name]) => unknown} listener
   * @returns {() => void}
   * @override
   */
  on(name, listener) {
    const off = super.on(name, listener);
    if (name === "message") this.#parts.inbox.listen();
    return off;
  }

  /** Dials; {@link connect} has done so. */
  start() {
    this.#parts.link.start();
  }

  /** Tries to connect at once: the network is said to be back. */
  nudge() {
    this.#parts.link.nudge();
  }

  /**
   * Sends, now or as soon as possible, and resolves when it is stored. Rejects with {@link SendError} when it never will
   * be, or when nobody waits for it any more.
   *
   * @param {number} to
   * @param {string} text
   * @param {{ id?: string }} [options] `id`: the idempotency key; the same one again is the same message.
   * @returns {Promise<Sent>}
   */
  send(to, text, { id } = {}) {
    checkUserId(to);
    if (typeof text !== "string") throw new TypeError("What is sent is a text");
    this.#parts.typing.reset();
    return this.#parts.sending.send(to, text, id);
  }

  /**
   * Everything of a conversation up to `seq` was read.
   *
   * @param {string} conversationId
   * @param {number} seq
   */
  read(conversationId, seq) {
    if (!Number.isSafeInteger(seq) || seq < 0) throw new TypeError("A seq is a whole number");
    this.#parts.inbox.read(conversationId, seq);
  }

  /**
   * Messages of a conversation, one's own too, in rising seq: those before `before`, or the newest. Rejects with
   * {@link RequestError}.
   *
   * @param {string} conversationId
   * @param {{ before?: number, limit?: number }} [options]
   * @returns {Promise<{ messages: Message[], hasMore: boolean }>}
   */
  async older(conversationId, { before, limit = 50 } = {}) {
    const bound = before === undefined ? {} : { before_seq: before };
    const answer = await this.#parts.requests.ask({
      type: "history",
      data: { conversation_id: conversationId, limit, ...bound },
    }, "history");
    return { messages: answer.messages.map(toMessage), hasMore: answer.has_more };
  }

  /**
   * Something is being written to that person; null: nothing is any more.
   *
   * @param {number | null} to
   */
  typing(to) {
    if (to === null) return this.#parts.typing.stop();
    checkUserId(to);
    this.#parts.typing.key(to);
  }

  /**
   * Follows the presence of these people, at most 200, beside those whose presence one sees anyway.
   *
   * @param {Iterable<number>} userIds
   */
  watch(userIds) {
    this.#parts.presence.watch(userIds);
  }

  /**
   * Hangs up: hands over nothing more, and waits for what is being handled and, while connected, for what is being
   * sent. What is left in the memory goes on with the next run. Never rejects.
   *
   * @param {{ timeoutMs?: number }} [options]
   * @returns {Promise<void>}
   */
  close({ timeoutMs = CLOSE_MS } = {}) {
    return this.#closing ??= this.#close(timeoutMs);
  }

  /** As {@link close}. */
  [Symbol.asyncDispose]() {
    return this.close();
  }

  /** @param {number} timeoutMs */
  async #close(timeoutMs) {
    const { link, inbox, sending } = this.#parts;
    if (this.#state !== "online") sending.abandon("closed");
    const done = inbox.stop().then(() => sending.settled());
    await new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, () => resolve(undefined));
      done.then(() => {
        cancel();
        resolve(undefined);
      });
    });
    silence(this.#parts, { tooBig: false });
    link.stop();
    sending.abandon("closed");
  }

  #listen() {
    const { link } = this.#parts;
    // Online it is once it is known as whom.
    link.on("state", (state) => state !== "online" && this.#tellState(state));
    link.on("welcome", (welcome) => this.#welcomed(welcome));
    link.on("frame", (frame) => {
      const selfId = this.#self?.userId ?? 0;
      takeFrame(this.#parts, frame, { selfId, emit: (name, event) => this.emit(name, event) });
    });
    link.on("lost", ({ code }) => silence(this.#parts, { tooBig: code === TOO_BIG }));
    link.on("ended", (event) => this.#ended(event));
  }

  /** @param {Welcome} welcome */
  #welcomed({ user_id: userId, username, epoch, limits }) {
    const { link, sending, inbox, presence } = this.#parts;
    this.#userId ??= userId;
    if (userId !== this.#userId) {
      link.stop();
      return this.#ended({ code: SESSION_ENDED, reason: "another account" });
    }
    this.#self = { userId, username };
    this.#tellState("online");
    sending.identify(userId);
    const { content_points: contentPoints, frame_bytes: frameBytes, messages } = limits;
    sending.open({ contentPoints, frameBytes, messages });
    inbox.open({ userId, epoch });
    presence.open();
  }

  /** @param {LinkState} state */
  #tellState(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.emit("state", state);
  }

  /** @param {ClientEvents["ended"]} event */
  #ended(event) {
    // Whoever waits for a message in a handler is told, and it is handed over again by the next run.
    void this.#parts.inbox.stop();
    this.#parts.sending.abandon("ended");
    this.emit("ended", event);
  }
}

/** @param {unknown} id */
function checkUserId(id) {
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) {
    throw new TypeError("A person is named by a user id, a whole number from 1");
  }
}
