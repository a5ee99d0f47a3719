/**
 * The types of client.js, the client of Go Chat for programs. docs/client.md describes it with examples.
 *
 * @module
 */

/** Who one is: a session's token, or in debug mode whoever one says; without either the browser's cookie. */
export interface Identity {
  token?: string;
  debug?: { userId: number; username: string };
}

/** What {@link connect} needs. */
export interface ClientOptions extends Identity {
  /** Of the server, such as `https://chat.example.org`. */
  url: string | URL;
  /** Who this is meant to be; the server saying somebody else ends the client. Default: whoever the server says. */
  userId?: number;
  /** What outlives this run: messages to send, and how far others' were handled. Default: nothing does. */
  memory?: ClientMemory;
  /** Where the runtime has none, or for a proxy. */
  WebSocket?: typeof WebSocket;
}

/** Small values as JSON, by name. One client at a time uses a memory. */
export interface ClientMemory {
  /** `null` or `undefined` when there is nothing. */
  get: (key: string) => unknown;
  /** Keeps it before it returns, or throws; `null` forgets. */
  set: (key: string, value: unknown) => void;
  /** Those that begin so. */
  keys: (prefix: string) => Iterable<string>;
}

/** A message of somebody else. */
export interface Message {
  /** The server's, unique for ever: the same however often the message is handed over. */
  id: string;
  conversationId: string;
  /** Its place in the conversation: 1, 2, 3 …, one's own messages included. */
  seq: number;
  /** User ids. */
  from: number;
  to: number;
  text: string;
  /** RFC 3339, UTC, of the server. */
  timestamp: string;
  /** `text` today; show the text of kinds you do not know. */
  kind: string;
  /** Whether it was found after being away, and did not come live. */
  isLate: boolean;
}

/** Somebody's marks in a conversation, one's own of other devices included: cumulative. */
export interface Receipt {
  conversationId: string;
  from: number;
  deliveredSeq: number;
  readSeq: number;
}

/** Somebody began to write, or ended. */
export interface Typing {
  conversationId: string;
  from: number;
  isTyping: boolean;
}

/** Somebody as others see them. */
export interface Person {
  userId: number;
  username: string;
  /** Empty, or a path on the server. */
  avatar: string;
  isOnline: boolean;
  /** RFC 3339, or null where it is not told. */
  lastSeen: string | null;
}

/** A message that will never be sent; `word` says why. */
export interface Failed {
  id: string;
  to: number;
  text: string;
  word: string;
}

/** Where a message was stored. */
export interface Sent {
  messageId: string;
  conversationId: string;
  seq: number;
}

/** `connecting`: on the way. `online`: welcomed. `offline`: an attempt failed and more follow, or it is over. */
export type State = "connecting" | "online" | "offline";

/** Events by name. */
export interface ClientEvents {
  /** Each once for each run, in rising seq, and again until what the listeners return has resolved. */
  message: Message;
  receipt: Receipt;
  typing: Typing;
  presence: Person;
  state: State;
  failed: Failed;
  /** It will not come back by itself: 4501 session ended, 4503 account disabled, 4509 replaced. */
  ended: { code: number; reason: string };
}

/** A client that stays connected until it is closed. */
export interface Client {
  /** Who one is; null before the first `online`. */
  readonly self: { userId: number; username: string } | null;
  readonly state: State;
  /** Calls `listener` for each event until the function it returns is called. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => unknown,
  ): () => void;
  /**
   * Sends, now or as soon as possible; resolves when stored. Rejects with {@link SendError}. `id`: the idempotency
   * key, 1 to 64 characters; the same one again is the same message, for ever and over restarts.
   */
  send(to: number, text: string, options?: { id?: string }): Promise<Sent>;
  /** Everything of a conversation up to `seq` was read. */
  read(conversationId: string, seq: number): void;
  /** Messages before `before`, or the newest, one's own too; `limit` 1-100. Rejects with {@link RequestError}. */
  older(
    conversationId: string,
    options?: { before?: number; limit?: number },
  ): Promise<{ messages: Message[]; hasMore: boolean }>;
  /** Something is being written to that person, to be called at each key; null: nothing is any more. */
  typing(to: number | null): void;
  /** Follows the presence of these people, at most 200, beside those whose presence one sees anyway. */
  watch(userIds: Iterable<number>): void;
  /** Tries to connect at once: the network is said to be back. */
  nudge(): void;
  /** Waits for what is under way, 5 s unless said, and hangs up. Never rejects. */
  close(options?: { timeoutMs?: number }): Promise<void>;
  /** As {@link Client.close}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Connects, and stays connected. Throws a `TypeError` for a malformed address, or where there is no WebSocket. */
export function connect(options: ClientOptions): Client;

/** Signs in by name (or e-mail address) and password. Rejects with {@link SignInError} when refused. */
export function signIn(
  url: string | URL,
  credentials: { username: string; password: string },
): Promise<{ token: string; userId: number; expiresAt: string }>;

/** Memory over `localStorage` or its like. */
export function storageMemory(
  storage: Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">,
): ClientMemory;

/** Why a message was not sent, or is not known to be. */
export class SendError extends Error {
  constructor(word: string, id: string);
  /** The server's machine word, or one of the client's. */
  word: string;
  id: string;
  /** Whether it will never be sent; else it waits in the client's memory for the next run. */
  isFinal: boolean;
}

/** Why a question got no answer. */
export class RequestError extends Error {
  constructor(word: string, options: { later: boolean; retryAfterMs?: number | undefined });
  /** The server's machine word, or `lost` or `timeout`. */
  word: string;
  /** Whether the same question may be answered after `retryAfterMs`. */
  later: boolean;
  retryAfterMs: number;
}

/** Why nobody was signed in. */
export class SignInError extends Error {
  constructor(word: string, options: { status: number; retryAfterMs: number | null });
  /** The server's machine word, such as `login_failed`. */
  word: string;
  status: number;
  retryAfterMs: number | null;
}
