/**
 * A client that does what the protocol asks of clients: comes back after every close, syncs, fills gaps, drops what it
 * has, and sends again until it is acknowledged. It notes everything that a server must not do.
 *
 * @module
 */
import { AnyFrame } from "./socket_client.ts";
import { LeanView, type Seen, View } from "./view.ts";

/** Between two tries to connect, in ms. */
const RETRY_MS = 100;
/** Unanswered for this long, a connection is given up, in ms. */
const SILENT_MS = 8_000;

interface Draft {
  readonly id: string;
  readonly to: number;
  readonly content: string;
  readonly acknowledged: () => void;
  /** The connection that it was last sent on. */
  socket: WebSocket | null;
}

/** The id of a `sync`; those of `history` begin with the word. */
const SYNC = "sync";
const HISTORY = "history ";

/** A person with one device. */
export class Chatter implements AsyncDisposable {
  readonly userId: number;
  /** What the person sees: messages by conversation and seq. */
  readonly view = new Map<string, Seen>();
  /** What a server did that it must not do. */
  readonly faults: string[] = [];
  /** How often it connected. */
  connections = 0;
  /** The codes that its connections were closed with by the other side. */
  readonly closes: number[] = [];
  /** Messages that were refused for the moment, and so may stand behind later ones. */
  refusals = 0;
  /** Every frame of every connection; none when it is lean. */
  readonly frames: AnyFrame[] = [];
  readonly #nextServer: () => URL;
  readonly #isLean: boolean;
  readonly #drafts = new Map<string, Draft>();
  readonly #acknowledged = new Map<string, string>();
  /** The highest seq pushed on this connection, by conversation. */
  #pushed = new Map<string, number>();
  /** The conversations whose gap was asked for and not answered: one question at a time. */
  #filling = new Set<string>();
  /** Whether a sync is under way, and whether another one is wanted after it. */
  #syncing: "no" | "once" | "again" = "no";
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  /** The socket that is welcome, and the one that may not be yet. */
  #socket: WebSocket | null = null;
  #opening: WebSocket | null = null;
  #isEnding = false;
  #running: Promise<void>;
  #wake: () => void = () => {};

  /**
   * `nextServer` is asked before each connection. `isLean`: it may write a million messages, keeps no frames and not
   * what each id was acknowledged with, and all texts are whole numbers.
   */
  constructor(userId: number, nextServer: () => URL, { isLean = false } = {}) {
    this.userId = userId;
    this.#nextServer = nextServer;
    this.#isLean = isLean;
    this.#running = this.#run();
  }

  /** Whether everything that was sent is acknowledged. */
  get isDone(): boolean {
    return this.#drafts.size === 0;
  }

  /** Sends a message; resolves once it is acknowledged, on whichever connection. */
  send(to: number, content: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const draft = { id: crypto.randomUUID(), to, content, acknowledged: resolve, socket: null };
    this.#drafts.set(draft.id, draft);
    this.#write(draft);
    return promise;
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
    this.#filling = new Set();
    this.#syncing = "no";
    const ended = Promise.withResolvers<void>();
    let silence = setTimeout(ended.resolve, SILENT_MS);
    socket.onmessage = (event): void => {
      clearTimeout(silence);
      silence = setTimeout(ended.resolve, SILENT_MS);
      this.#take(AnyFrame.parse(JSON.parse(String(event.data))), socket);
    };
    socket.onclose = ({ code }): void => {
      if (!this.#isEnding) this.closes.push(code);
      ended.resolve();
    };
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
    if (!this.#isLean) this.frames.push(frame);
    switch (frame.type) {
      case "welcome":
        this.connections++;
        this.#socket = socket;
        return this.#sync();
      case "resync":
        return this.#sync();
      case "private":
        return this.#pushedOne(frame);
      case "sync":
        return this.#synced(frame);
      case "history":
        return this.#filled(frame);
      case "read":
        return this.#acknowledge(frame);
      case "error":
        return this.#refused(frame);
    }
  }

  #sync(): void {
    if (this.#syncing !== "no") this.#syncing = "again";
    else this.#askSync(null);
  }

  #askSync(page: string | null): void {
    this.#syncing = "once";
    const have = [...this.view].map(([id, messages]) => [id, messages.highest]);
    const data = { have: Object.fromEntries(have), ...(page === null ? {} : { page }) };
    this.#socket?.send(JSON.stringify({ type: "sync", id: SYNC, data }));
  }

  #synced(frame: AnyFrame): void {
    const { messages, limited, next } = frame.data ?? {};
    for (const all of Object.values(messages ?? {})) for (const one of messagesIn(all)) this.#keep(one);
    for (const id of Object.keys(limited ?? {})) this.#fill(id);
    if (typeof next === "string") return this.#askSync(next);
    const isWantedAgain = this.#syncing === "again";
    this.#syncing = "no";
    if (isWantedAgain) this.#sync();
    for (const draft of this.#drafts.values()) if (draft.socket !== this.#socket) this.#write(draft);
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
    const { whole, highest } = this.#seen(conversationId);
    if (this.#filling.has(conversationId) || (whole === highest && whole > 0)) return;
    this.#filling.add(conversationId);
    const id = `${HISTORY}${conversationId}`;
    const data = { "conversation_id": conversationId, "after_seq": whole, limit: 100 };
    this.#socket?.send(JSON.stringify({ type: "history", id, data }));
  }

  #filled(frame: AnyFrame): void {
    const id = String(frame.data?.["conversation_id"]);
    const messages = messagesIn(frame.data?.["messages"]);
    for (const message of messages) this.#keep(message);
    this.#filling.delete(id);
    if (messages.length > 0) this.#fill(id);
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
    if (!this.#isLean) this.#acknowledged.set(String(id), named);
    if (draft === undefined) return;
    this.#drafts.delete(draft.id);
    const message = { "message_id": messageId, "conversation_id": conversationId, seq };
    this.#keep({ type: "private", from_user_id: this.userId, content: draft.content, data: message });
    draft.acknowledged();
  }

  /** What is temporary is sent again; what is not is a fault of the test. */
  #refused(frame: AnyFrame): void {
    if (frame.data?.["temporary"] !== true) {
      this.faults.push(`user ${this.userId}: ${JSON.stringify(frame.data)}`);
    } else this.#later(() => this.#again(frame.id ?? ""));
    if (this.#drafts.has(frame.id ?? "")) this.refusals++;
  }

  /** Asks once more for what was refused on this connection. */
  #again(id: string): void {
    const draft = this.#drafts.get(id);
    if (draft !== undefined) return this.#write(draft);
    if (id === SYNC) this.#askSync(null);
    if (!id.startsWith(HISTORY)) return;
    const conversationId = id.slice(HISTORY.length);
    this.#filling.delete(conversationId);
    this.#fill(conversationId);
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
    const messages = this.#seen(id);
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

  #seen(conversationId: string): Seen {
    const seen = this.view.get(conversationId) ?? (this.#isLean ? new LeanView() : new View());
    this.view.set(conversationId, seen);
    return seen;
  }

  #write(draft: Draft): void {
    if (this.#socket?.readyState !== WebSocket.OPEN || !this.#drafts.has(draft.id)) return;
    const { id, to, content } = draft;
    draft.socket = this.#socket;
    this.#socket.send(JSON.stringify({ type: "private", id, "to_user_id": to, content }));
  }
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
