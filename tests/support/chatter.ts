/**
 * A client that does what the protocol asks of clients: comes back after every close, syncs, fills gaps, drops what it
 * has, and sends again until it is acknowledged. It notes everything that a server must not do.
 *
 * @module
 */
import { AnyFrame } from "./socket_client.ts";

/** Between two tries to connect, in ms. */
const RETRY_MS = 100;
/** Unanswered for this long, a connection is given up, in ms. */
const SILENT_MS = 8_000;

/** A message as it was told. */
export interface Told {
  readonly messageId: string;
  readonly senderId: number;
  readonly content: string;
}

interface Draft {
  readonly id: string;
  readonly to: number;
  readonly content: string;
  readonly acknowledged: () => void;
}

/** A person with one device. */
export class Chatter implements AsyncDisposable {
  readonly userId: number;
  /** What the person sees: messages by conversation and seq. */
  readonly view = new Map<string, Map<number, Told>>();
  /** What a server did that it must not do. */
  readonly faults: string[] = [];
  /** How often it connected. */
  connections = 0;
  /** Every frame of every connection. */
  readonly frames: AnyFrame[] = [];
  readonly #nextServer: () => URL;
  readonly #drafts = new Map<string, Draft>();
  readonly #acknowledged = new Map<string, string>();
  /** The highest seq pushed on this connection, by conversation. */
  #pushed = new Map<string, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** The socket that is welcome, and the one that may not be yet. */
  #socket: WebSocket | null = null;
  #opening: WebSocket | null = null;
  #isEnding = false;
  #running: Promise<void>;
  #wake: () => void = () => {};

  /** `nextServer` is asked before each connection. */
  constructor(userId: number, nextServer: () => URL) {
    this.userId = userId;
    this.#nextServer = nextServer;
    this.#running = this.#run();
  }

  /** Whether everything that was sent is acknowledged. */
  get isDone(): boolean {
    return this.#drafts.size === 0;
  }

  /** Sends a message; resolves once it is acknowledged, on whichever connection. */
  send(to: number, content: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const draft = { id: crypto.randomUUID(), to, content, acknowledged: resolve };
    this.#drafts.set(draft.id, draft);
    this.#write(draft);
    return promise;
  }

  /** The messages of a conversation in the order of their seqs. */
  messagesOf(conversationId: string): readonly (readonly [number, Told])[] {
    return [...this.view.get(conversationId) ?? []].toSorted(([one], [other]) => one - other);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#opening?.close();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      await this.#connect();
      if (!this.#isEnding) await this.#pause(RETRY_MS);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One connection, from its opening to its end. */
  async #connect(): Promise<void> {
    const url = new URL(`/ws?user_id=${this.userId}&username=user${this.userId}`, this.#nextServer());
    url.protocol = "ws:";
    const socket = new WebSocket(url, { protocols: ["go-chat"] });
    this.#opening = socket;
    this.#pushed = new Map();
    const ended = Promise.withResolvers<void>();
    let silence = setTimeout(ended.resolve, SILENT_MS);
    socket.onmessage = (event): void => {
      clearTimeout(silence);
      silence = setTimeout(ended.resolve, SILENT_MS);
      this.#take(AnyFrame.parse(JSON.parse(String(event.data))), socket);
    };
    socket.onclose = (): void => ended.resolve();
    const beat = setInterval(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"heartbeat","content":"ping"}');
    }, SILENT_MS / 4);
    await ended.promise;
    clearTimeout(silence);
    clearInterval(beat);
    this.#socket = null;
    if (socket.readyState !== WebSocket.CLOSED) await closed(socket);
  }

  #take(frame: AnyFrame, socket: WebSocket): void {
    this.frames.push(frame);
    switch (frame.type) {
      case "welcome":
        this.connections++;
        this.#socket = socket;
        return this.#sync(null);
      case "resync":
        return this.#sync(null);
      case "private":
        return this.#pushedOne(frame);
      case "sync":
        return this.#synced(frame);
      case "history":
        for (const message of messagesIn(frame.data?.["messages"])) this.#keep(message);
        if (frame.data?.["has_more"] === true) this.#fill(String(frame.data["conversation_id"]));
        return;
      case "read":
        return this.#acknowledge(frame);
      case "error":
        return this.#refused(frame);
    }
  }

  #sync(page: string | null): void {
    const have = [...this.view].map(([id, messages]) => [id, highest(messages)]);
    const data = { have: Object.fromEntries(have), ...(page === null ? {} : { page }) };
    this.#socket?.send(JSON.stringify({ type: "sync", data }));
  }

  #synced(frame: AnyFrame): void {
    const { messages, limited, next } = frame.data ?? {};
    for (const all of Object.values(messages ?? {})) for (const one of messagesIn(all)) this.#keep(one);
    for (const id of Object.keys(limited ?? {})) this.#fill(id);
    if (typeof next === "string") return this.#sync(next);
    for (const draft of this.#drafts.values()) this.#write(draft);
  }

  #pushedOne(frame: AnyFrame): void {
    const id = String(frame.data?.["conversation_id"]);
    const seq = Number(frame.data?.["seq"]);
    const last = this.#pushed.get(id) ?? 0;
    if (seq <= last) this.faults.push(`user ${this.userId}: ${id} pushed ${seq} after ${last}`);
    this.#pushed.set(id, seq);
    this.#keep(frame);
    this.#fill(id);
  }

  /** Asks for what is missing below the highest seq, if anything is. */
  #fill(conversationId: string): void {
    const messages = this.view.get(conversationId) ?? new Map<number, Told>();
    let whole = 0;
    while (messages.has(whole + 1)) whole++;
    if (whole === highest(messages) && messages.size > 0) return;
    const data = { "conversation_id": conversationId, "after_seq": whole, limit: 100 };
    this.#socket?.send(JSON.stringify({ type: "history", data }));
  }

  #acknowledge(frame: AnyFrame): void {
    const { original_message_id: id, message_id: messageId, conversation_id: conversationId, seq } =
      frame.data ?? {};
    const draft = this.#drafts.get(String(id));
    const named = `${messageId} ${conversationId} ${seq}`;
    const before = this.#acknowledged.get(String(id));
    if (before !== undefined && before !== named) {
      this.faults.push(`user ${this.userId}: ${id} was ${before}, then ${named}`);
    }
    this.#acknowledged.set(String(id), named);
    if (draft === undefined) return;
    this.#drafts.delete(draft.id);
    const message = { "message_id": messageId, "conversation_id": conversationId, seq };
    this.#keep({ type: "private", from_user_id: this.userId, content: draft.content, data: message });
    draft.acknowledged();
  }

  /** What is temporary is sent again; what is not is a fault of the test. */
  #refused(frame: AnyFrame): void {
    const draft = this.#drafts.get(frame.id ?? "");
    if (frame.data?.["temporary"] !== true) {
      this.faults.push(`user ${this.userId}: ${JSON.stringify(frame.data)}`);
    } else this.#later(() => draft === undefined ? this.#sync(null) : this.#write(draft));
  }

  #later(run: () => void): void {
    // While the socket closes, answers still come.
    if (this.#isEnding) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, RETRY_MS);
    this.#timers.add(timer);
  }

  #keep(frame: AnyFrame): void {
    const id = String(frame.data?.["conversation_id"]);
    const messages = this.view.get(id) ?? new Map<number, Told>();
    this.view.set(id, messages);
    const seq = Number(frame.data?.["seq"]);
    const told = {
      messageId: String(frame.data?.["message_id"]),
      senderId: frame.from_user_id ?? 0,
      content: frame.content ?? "",
    };
    const known = messages.get(seq);
    if (known !== undefined && known.messageId !== told.messageId) {
      this.faults.push(`user ${this.userId}: ${id} has two messages ${seq}`);
    }
    if (known === undefined) messages.set(seq, told);
  }

  #write(draft: Draft): void {
    if (this.#socket?.readyState !== WebSocket.OPEN || !this.#drafts.has(draft.id)) return;
    const { id, to, content } = draft;
    this.#socket.send(JSON.stringify({ type: "private", id, "to_user_id": to, content }));
  }
}

function highest(messages: ReadonlyMap<number, Told>): number {
  return Math.max(0, ...messages.keys());
}

function messagesIn(value: unknown): readonly AnyFrame[] {
  return Array.isArray(value) ? value.map((one) => AnyFrame.parse(one)) : [];
}

async function closed(socket: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.onclose = (): void => resolve();
  socket.close();
  await promise;
}
