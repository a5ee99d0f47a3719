/**
 * Reading a backup: its records in blocks that a store can take, in order, each checked. The last block comes only
 * from a file that is whole.
 *
 * @module
 */
import type { ArchivedConversation, ArchivedMessage, ArchivedUser, Stretch } from "../archive.ts";
import type { Invite } from "../model.ts";
import { PAGE } from "../readings.ts";
import { type Part, PARTS, Summing, type Sums } from "../sums.ts";
import { type Bytes, unseal } from "./container.ts";
import { BackupDamagedError } from "./errors.ts";
import type { BackupHeader } from "./header.ts";
import { type BackupRecord, parseRecord } from "./records.ts";

/** Messages of one block, and characters of it, about. */
const MESSAGES = 1_000;
const CHARACTERS = 4_000_000;

/** Some rows of one kind. */
export type Block =
  | { readonly kind: "conversations"; readonly rows: readonly ArchivedConversation[] }
  | { readonly kind: "messages"; readonly stretches: readonly Stretch[] }
  | { readonly kind: "change"; readonly id: string; readonly lastChange: number }
  | { readonly kind: "users"; readonly rows: readonly ArchivedUser[] }
  | { readonly kind: "invites"; readonly rows: readonly Invite[] }
  | { readonly kind: "end"; readonly sums: Sums };

/** A backup that is being read. */
export interface OpenBackup {
  readonly header: BackupHeader;
  /** Throws {@link BackupDamagedError}. */
  readonly blocks: AsyncGenerator<Block>;
}

/** Reads the first line, and the rest as it is asked for. Throws {@link BackupDamagedError}. */
export async function openBackup(bytes: Bytes): Promise<OpenBackup> {
  const { header, lines } = await unseal(bytes);
  return { header, blocks: blocksOf(lines) };
}

/** Reads a backup to its end: what it holds. Throws {@link BackupDamagedError}. */
export async function verifyBackup(
  bytes: Bytes,
  progress: (messages: number) => void = () => {},
): Promise<{ readonly header: BackupHeader; readonly sums: Sums }> {
  const { header, blocks } = await openBackup(bytes);
  let messages = 0;
  for await (const block of blocks) {
    if (block.kind === "end") return { header, sums: await lastOf(block.sums, blocks) };
    if (block.kind !== "messages") continue;
    for (const stretch of block.stretches) messages += stretch.messages.length;
    progress(messages);
  }
  throw new BackupDamagedError("it has no end");
}

async function lastOf(sums: Sums, blocks: AsyncGenerator<Block>): Promise<Sums> {
  for await (const block of blocks) throw new BackupDamagedError(`${block.kind} come after its end`);
  return sums;
}

async function* blocksOf(lines: AsyncGenerator<string>): AsyncGenerator<Block> {
  const reading = new BackupReading();
  let nth = 0;
  let end: Block | null = null;
  for await (const line of lines) {
    nth++;
    if (end !== null) throw new BackupDamagedError(`record ${nth} comes after the end`);
    const record = parseRecord(line, nth);
    if (reading.isFull(record[0])) yield* reading.flush();
    reading.take(record, nth);
    if (record[0] !== "end") continue;
    yield* reading.flush();
    end = { kind: "end", sums: reading.proven(record[1]) };
  }
  if (end === null) throw new BackupDamagedError("it has no end");
  yield end;
}

/** Kinds in the order in which they come; those of a page of conversations come again with the next. */
const ORDER = ["conversation", "message", "change", "user", "invite", "end"] as const;

/** Collects records into blocks, and sees to it that they are in order. */
class BackupReading {
  readonly #sums = new Map<Part, Summing>(PARTS.map((part) => [part, new Summing()]));
  /** The page of conversations that messages may be of, and how far each is. */
  #page = new Map<string, { conversation: ArchivedConversation; seq: number }>();
  #kind: BackupRecord[0] = "conversation";
  #lastId = "";
  #lastUser = 0;
  #lastInvite = "";
  #conversations: ArchivedConversation[] = [];
  #stretches: { conversation: ArchivedConversation; messages: ArchivedMessage[] }[] = [];
  #messages = 0;
  #characters = 0;
  #users: ArchivedUser[] = [];
  #invites: Invite[] = [];
  #changed: { id: string; lastChange: number } | null = null;

  /** Whether what was taken is to go before a record of `kind` is taken. */
  isFull(kind: BackupRecord[0]): boolean {
    return kind !== this.#kind || kind === "change" || this.#conversations.length >= PAGE ||
      this.#messages >= MESSAGES || this.#characters >= CHARACTERS || this.#users.length >= PAGE ||
      this.#invites.length >= PAGE;
  }

  take(record: BackupRecord, nth: number): void {
    const again = record[0] === "conversation" && ORDER.indexOf(this.#kind) <= ORDER.indexOf("change");
    if (!again && ORDER.indexOf(record[0]) < ORDER.indexOf(this.#kind)) throw outOfOrder(nth);
    if (record[0] === "conversation" && (this.#kind !== "conversation" || this.#page.size >= PAGE)) {
      this.#turn();
    }
    this.#kind = record[0];
    switch (record[0]) {
      case "conversation":
        return this.#takeConversation(record[1], nth);
      case "message":
        return this.#takeMessage(record[1], record[2], nth);
      case "change":
        return this.#takeChange(record[1], record[2], nth);
      case "user":
        if (record[1].id <= this.#lastUser) throw outOfOrder(nth);
        this.#lastUser = record[1].id;
        this.#sum("users").add([record[1]]);
        return void this.#users.push(record[1]);
      case "invite":
        if (record[1].id <= this.#lastInvite) throw outOfOrder(nth);
        this.#lastInvite = record[1].id;
        this.#sum("invites").add([record[1]]);
        return void this.#invites.push(record[1]);
      case "end":
        return this.#turn();
    }
  }

  *flush(): Generator<Block> {
    if (this.#conversations.length > 0) yield { kind: "conversations", rows: this.#conversations };
    if (this.#stretches.length > 0) yield { kind: "messages", stretches: this.#stretches };
    if (this.#changed !== null) yield { kind: "change", ...this.#changed };
    if (this.#users.length > 0) yield { kind: "users", rows: this.#users };
    if (this.#invites.length > 0) yield { kind: "invites", rows: this.#invites };
    [this.#conversations, this.#stretches, this.#users, this.#invites] = [[], [], [], []];
    [this.#changed, this.#messages, this.#characters] = [null, 0, 0];
  }

  /** What the file says it holds, when it is what it holds. */
  proven(said: Sums): Sums {
    for (const part of PARTS) {
      const { rows, sha256 } = this.#sum(part).sum;
      if (said[part].rows === rows && said[part].sha256 === sha256) continue;
      throw new BackupDamagedError(`it holds ${rows} ${part} and other ones than its end says`);
    }
    return said;
  }

  /** A page is over. */
  #turn(): void {
    this.#sum("conversations").add([...this.#page.values()].map(({ conversation }) => conversation));
    this.#page = new Map();
  }

  #takeConversation(conversation: ArchivedConversation, nth: number): void {
    const { id, firstSeq } = conversation;
    if (!isBehind(this.#lastId, id)) throw outOfOrder(nth);
    this.#lastId = id;
    this.#page.set(id, { conversation, seq: firstSeq - 1 });
    this.#conversations.push(conversation);
  }

  #takeMessage(id: string, message: ArchivedMessage, nth: number): void {
    const of = this.#page.get(id);
    if (of === undefined || message.seq <= of.seq || message.seq > of.conversation.lastSeq) {
      throw outOfOrder(nth);
    }
    of.seq = message.seq;
    const last = this.#stretches.at(-1);
    if (last?.conversation.id === id) last.messages.push(message);
    else this.#stretches.push({ conversation: of.conversation, messages: [message] });
    this.#messages++;
    this.#characters += message.content.length + (message.data?.length ?? 0);
    this.#sum("messages").add([message], id);
  }

  #takeChange(id: string, lastChange: number, nth: number): void {
    const of = this.#page.get(id);
    if (of === undefined || lastChange <= of.conversation.lastChange) throw outOfOrder(nth);
    of.conversation = { ...of.conversation, lastChange };
    this.#changed = { id, lastChange };
  }

  #sum(part: Part): Summing {
    return this.#sums.get(part) ?? new Summing();
  }
}

/** Ids of conversations have digits and a dash alone, so that characters are bytes. */
function isBehind(one: string, other: string): boolean {
  return one < other;
}

function outOfOrder(nth: number): BackupDamagedError {
  return new BackupDamagedError(`record ${nth} is not in its place`);
}
