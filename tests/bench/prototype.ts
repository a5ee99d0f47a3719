/**
 * The least that stores what it acknowledges in Deno: a server whose figures say what ours could reach.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read=DIR --allow-write=DIR tests/bench/prototype.ts PORT DIR
 *
 * It speaks the part of `docs/protocol.md` that a message takes, with identities of debug mode. All messages of one
 * turn of the event loop share a synced commit, of the message, its conversation and the sender's read mark; then
 * each is handed on and acknowledged. It has no accounts, members, receipts, presence, repeats, limits or history,
 * checks nothing and bounds nothing.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { v7 } from "uuid";
import { z } from "zod";

const Message = z.object({ type: z.string(), id: z.string(), to_user_id: z.number(), content: z.string() });

/** A message that waits for the commit of its turn. */
interface Waiting {
  readonly from: number;
  readonly to: number;
  readonly id: string;
  readonly content: string;
}

/** What is remembered of a conversation, so that no message looks for it. */
interface Head {
  readonly key: number;
  seq: number;
}

const SCHEMA: readonly string[] = [
  "pragma journal_mode = wal",
  "pragma synchronous = full",
  "pragma wal_autocheckpoint = 4000",
  "pragma cache_size = -32768",
  "create table message (conversation integer not null, seq integer not null, message_id text not null unique, " +
  "sender_id integer not null, client_id text not null, content text not null, created_at integer not null, " +
  "unique (conversation, seq), unique (sender_id, client_id))",
  "create table conversation (key integer primary key, id text not null unique, last_seq integer not null, " +
  "updated_at integer not null)",
  "create table mark (conversation integer not null, user_id integer not null, read_seq integer not null, " +
  "primary key (conversation, user_id)) without rowid",
];

/** The file with its statements. */
class Storage {
  readonly #database: DatabaseSync;
  readonly #heads = new Map<string, Head>();
  readonly #insert: StatementSync;
  readonly #moveConversation: StatementSync;
  readonly #moveMark: StatementSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    for (const statement of SCHEMA) this.#database.exec(statement);
    this.#insert = this.#database.prepare("insert into message values (?, ?, ?, ?, ?, ?, ?)");
    this.#moveConversation = this.#database.prepare(
      "insert into conversation values (?, ?, ?, ?) on conflict (key) do update set last_seq = excluded.last_seq, " +
        "updated_at = excluded.updated_at",
    );
    this.#moveMark = this.#database.prepare(
      "insert into mark values (?, ?, ?) on conflict do update set read_seq = excluded.read_seq",
    );
  }

  /** Answers what each message was stored as, once all of them are synced. */
  commit(batch: readonly Waiting[], now: number): readonly Stored[] {
    const touched = new Map<string, Head>();
    const read = new Map<Head, Map<number, number>>();
    this.#database.exec("begin immediate");
    const stored = batch.map((message) => {
      const conversation = conversationOf(message);
      const head = this.#head(conversation);
      const messageId = v7();
      const { from, id, content } = message;
      this.#insert.run(head.key, ++head.seq, messageId, from, id, content, now);
      touched.set(conversation, head);
      read.set(head, (read.get(head) ?? new Map<number, number>()).set(from, head.seq));
      return { ...message, conversation, messageId, seq: head.seq };
    });
    for (const [id, { key, seq }] of touched) this.#moveConversation.run(key, id, seq, now);
    for (const [{ key }, marks] of read) {
      for (const [user, seq] of marks) this.#moveMark.run(key, user, seq);
    }
    this.#database.exec("commit");
    return stored;
  }

  #head(conversation: string): Head {
    const known = this.#heads.get(conversation);
    if (known !== undefined) return known;
    const head = { key: this.#heads.size + 1, seq: 0 };
    this.#heads.set(conversation, head);
    return head;
  }
}

/** A message with its place in its conversation. */
interface Stored extends Waiting {
  readonly conversation: string;
  readonly messageId: string;
  readonly seq: number;
}

function conversationOf({ from, to }: Waiting): string {
  return `d:${Math.min(from, to)}:${Math.max(from, to)}`;
}

/** The sockets, and the commit of each turn. */
class Room {
  readonly #sockets = new Map<number, WebSocket>();
  readonly #storage: Storage;
  #waiting: Waiting[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  join(user: number, socket: WebSocket): void {
    socket.onopen = (): void => void this.#sockets.set(user, socket);
    socket.onclose = (): void => {
      if (this.#sockets.get(user) === socket) this.#sockets.delete(user);
    };
    socket.onmessage = ({ data }): void => {
      const { id, to_user_id: to, content } = Message.parse(JSON.parse(String(data)));
      if (this.#waiting.push({ from: user, to, id, content }) === 1) setImmediate(() => this.#turn());
    };
  }

  #turn(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const now = Date.now();
    const timestamp = new Date(now).toISOString();
    for (const message of this.#storage.commit(batch, now)) {
      this.#send(message.to, messageFrame(message, timestamp));
      this.#send(message.from, acknowledgement(message, timestamp));
    }
  }

  #send(user: number, frame: object): void {
    const socket = this.#sockets.get(user);
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  }
}

/** As ours tells a message to the other side. */
function messageFrame(
  { from, to, content, conversation, messageId, seq }: Stored,
  timestamp: string,
): object {
  return {
    type: "private",
    id: messageId,
    from_user_id: from,
    to_user_id: to,
    content,
    timestamp,
    data: {
      message_id: messageId,
      conversation_id: conversation,
      seq,
      change: seq,
      kind: "text",
      is_offline: false,
    },
  };
}

/** As ours tells the sender that it is stored. */
function acknowledgement({ from, to, id, conversation, messageId, seq }: Stored, timestamp: string): object {
  return {
    type: "read",
    from_user_id: to,
    to_user_id: from,
    timestamp,
    data: {
      original_message_id: id,
      message_id: messageId,
      conversation_id: conversation,
      seq,
      status: "stored",
    },
  };
}

if (import.meta.main) {
  const [port, directory] = Deno.args;
  const room = new Room(new Storage(`${directory}/prototype.db`));
  Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    room.join(Number(new URL(request.url).searchParams.get("user_id")), socket);
    return response;
  });
}
