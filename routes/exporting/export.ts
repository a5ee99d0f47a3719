/**
 * Everything that the server holds of a person and that the person can see, as one ZIP file.
 *
 * It comes piece by piece and is read page by page, so it takes as much memory for ten messages as for a million; a
 * reader who is slow is waited for.
 *
 * @module
 */
import type { Clock } from "../../db/clock.ts";
import { type Account, type ConversationRef, peerOf, type User, type UserId } from "../../db/model.ts";
import type { ServingStore } from "../../db/store.ts";
import { ChatError, type Language } from "../../realtime/mod.ts";
import { ArchiveWriter } from "./archive_writer.ts";
import { conversationPage, fileName, indexPage } from "./pages.ts";
import {
  type ConversationFacts,
  EXPORT_FORMAT,
  exportedAccount,
  type ExportedConversation,
  exportedMessage,
  type ExportedPage,
  type ExportedPeer,
  exportedPeer,
  exportedSession,
  time,
} from "./shapes.ts";
import { EXPORT_TEXTS, type ExportTexts } from "./texts.ts";

/** Messages of one file at most, and their bytes: what is in memory at once. */
const PAGE_MESSAGES = 1_000;
const PAGE_BYTES = 2 * 1024 * 1024;
/** Conversations asked for at once. */
const CONVERSATIONS = 100;

/** What is read. */
export interface ExportSource {
  readonly store: {
    readonly users: Pick<ServingStore["users"], "find" | "byIds">;
    readonly sessions: Pick<ServingStore["sessions"], "list">;
    readonly messages: Pick<ServingStore["messages"], "list" | "conversations" | "conversationsOf">;
    readonly erasures: Pick<ServingStore["erasures"], "find">;
  };
  readonly clock: Pick<Clock, "now">;
}

/** Whose data, and how. */
export interface ExportOptions {
  readonly userId: UserId;
  readonly language: Language;
  /** Told after each page how many messages are done, of about how many. */
  readonly progress?: (done: number, total: number) => void;
}

/** The bytes of the ZIP file. Throws {@link ChatError} `no_such_user` before the first of them. */
export async function* exportAccount(
  source: ExportSource,
  options: ExportOptions,
): AsyncGenerator<Uint8Array, void> {
  const account = await source.store.users.find({ id: options.userId });
  if (account === null) throw new ChatError("no_such_user");
  yield* new Export(source, options, account).run();
}

class Export {
  readonly #source: ExportSource;
  readonly #options: ExportOptions;
  readonly #account: Account;
  readonly #now: number;
  readonly #archive: ArchiveWriter;
  readonly #texts: ExportTexts;
  readonly #facts = new Map<string, ConversationFacts>();
  #total = 0;
  #done = 0;

  constructor(source: ExportSource, options: ExportOptions, account: Account) {
    this.#source = source;
    this.#options = options;
    this.#account = account;
    this.#now = source.clock.now();
    this.#archive = new ArchiveWriter(new Date(this.#now));
    this.#texts = EXPORT_TEXTS[options.language];
  }

  async *run(): AsyncGenerator<Uint8Array, void> {
    const { store: { sessions, erasures } } = this.#source;
    const { id } = this.#account;
    const eraseAt = (await erasures.find(id))?.dueAt ?? null;
    const live = await sessions.list(id, this.#now);
    await this.#json("account.json", exportedAccount(this.#account, { now: this.#now, eraseAt }));
    await this.#json("sessions.json", { ...EXPORT_FORMAT, sessions: live.map(exportedSession) });
    await this.#readFacts();
    const conversations: ExportedConversation[] = [];
    for await (const { ref, one } of this.#conversations()) {
      const pages: ExportedPage[] = [];
      for await (const page of this.#pages(ref, one.peer)) {
        pages.push(page);
        yield* this.#archive.take();
      }
      conversations.push({ ...one, pages });
    }
    await this.#json("conversations.json", { ...EXPORT_FORMAT, conversations });
    const index = { account: this.#account, sessions: live, conversations, now: this.#now };
    await this.#archive.add("index.html", indexPage(this.#texts, index));
    this.#archive.end();
    yield* this.#archive.take();
  }

  /** Marks and bounds of all conversations; those that begin meanwhile have none. */
  async #readFacts(): Promise<void> {
    const { messages } = this.#source.store;
    for (let before: string | null = null;;) {
      const page = await messages.conversations(this.#account.id, {
        limit: CONVERSATIONS,
        ...(before === null ? {} : { before }),
      });
      for (const { conversation, lastMessage: _, shownReadSeq: __, ...facts } of page.conversations) {
        if (!this.#facts.has(conversation.id)) this.#total += facts.lastSeq - facts.firstSeq + 1;
        this.#facts.set(conversation.id, facts);
      }
      before = page.next;
      if (before === null) return;
    }
  }

  /** In an order that does not change while people chat, without pages. */
  async *#conversations(): AsyncGenerator<
    { readonly ref: ConversationRef; readonly one: ExportedConversation }
  > {
    const { messages, users } = this.#source.store;
    const { id } = this.#account;
    for (let after = "";;) {
      const refs = await messages.conversationsOf(id, after, CONVERSATIONS);
      const peers = await users.byIds(refs.map((ref) => peerOf(ref, id)));
      const byId = new Map(peers.map((user) => [user.id, user]));
      for (const ref of refs) yield { ref, one: this.#conversation(ref, byId) };
      const last = refs.at(-1);
      if (last === undefined || refs.length < CONVERSATIONS) return;
      after = last.id;
    }
  }

  #conversation(ref: ConversationRef, peers: ReadonlyMap<UserId, User>): ExportedConversation {
    const peerId = peerOf(ref, this.#account.id);
    const facts = this.#facts.get(ref.id);
    return {
      conversation_id: ref.id,
      kind: ref.kind,
      peer: exportedPeer(peerId, peers.get(peerId)),
      first_seq: facts?.firstSeq ?? 1,
      last_seq: facts?.lastSeq ?? 0,
      delivered_seq: facts?.deliveredSeq ?? 0,
      read_seq: facts?.readSeq ?? 0,
      peer_delivered_seq: facts?.peerDeliveredSeq ?? 0,
      peer_read_seq: facts?.peerReadSeq ?? 0,
      unread: facts?.unread ?? 0,
      updated_at: time(facts?.updatedAt ?? this.#now),
      pages: [],
    };
  }

  /** Writes the messages of a conversation, page by page. */
  async *#pages(ref: ConversationRef, peer: ExportedPeer): AsyncGenerator<ExportedPage> {
    const { messages } = this.#source.store;
    const readerId = this.#account.id;
    for (let [page, afterSeq] = [1, 0];; page++) {
      const found = await messages.list(ref, { afterSeq, limit: PAGE_MESSAGES, maxBytes: PAGE_BYTES });
      const [first, last] = [found.messages[0], found.messages.at(-1)];
      if (first === undefined || last === undefined) return;
      const names = { json: `messages-${fileName(page)}.json`, html: `${fileName(page)}.html` };
      const folder = `conversations/${ref.id}/`;
      await this.#json(folder + names.json, {
        ...EXPORT_FORMAT,
        conversation_id: ref.id,
        messages: found.messages.map((message) => exportedMessage(message, readerId)),
      });
      const around = { hasBefore: page > 1, hasAfter: found.hasMore };
      const content = { peer, readerId, page, messages: found.messages, ...around };
      await this.#archive.add(folder + names.html, conversationPage(this.#texts, content));
      this.#done += found.messages.length;
      this.#options.progress?.(this.#done, Math.max(this.#done, this.#total));
      yield {
        json: folder + names.json,
        html: folder + names.html,
        first_seq: first.seq,
        last_seq: last.seq,
        messages: found.messages.length,
      };
      if (!found.hasMore) return;
      afterSeq = last.seq;
    }
  }

  async #json(name: string, value: unknown): Promise<void> {
    await this.#archive.add(name, `${JSON.stringify(value, null, 1)}\n`);
  }
}
