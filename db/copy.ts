/**
 * Copies everything from one store into another, and proves that both hold the same.
 *
 * Works on archives alone: whoever opens the stores holds their locks while this runs. Interrupted, it goes on where
 * it was: rows of accounts are put again, messages above the last that is stored.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { Archive, ArchivedConversation, ArchivedMessage } from "./archive.ts";

/** What is copied, in this order. */
export const PARTS = ["users", "sessions", "invites", "conversations", "messages"] as const;
/** One kind of rows. */
export type Part = typeof PARTS[number];

/** What a store holds of a part: how many rows, and the SHA-256 of all of them in order. */
export interface Sum {
  readonly rows: number;
  readonly sha256: string;
}
/** The sums of every part. */
export type Sums = Readonly<Record<Part, Sum>>;

/** Told now and then how far it is: rows of a part that are done; how many there will be, where that is known. */
export type OnProgress = (part: Part, done: number, total: number | null) => void;

/** The two stores do not hold the same after a copy. */
export class CopyDiffersError extends Error {
  override readonly name = "CopyDiffersError";
  constructor(part: Part, from: Sum, to: Sum) {
    super(
      `The copy differs in ${part}: ${from.rows} rows with sum ${from.sha256} against ${to.rows} with ${to.sha256}`,
    );
  }
}

const PAGE = 500;
const NOTHING: OnProgress = () => {};

/** Copies, then reads both again and compares. Throws {@link CopyDiffersError}. */
export async function copyArchive(
  { from, to }: { readonly from: Archive; readonly to: Archive },
  progress: OnProgress = NOTHING,
): Promise<Sums> {
  await copyAccounts(from, to, progress);
  await copyConversations(from, to, progress);
  await to.messages.finish();
  const [wanted, got] = [await sumsOf(from), await sumsOf(to)];
  for (const part of PARTS) {
    if (wanted[part].sha256 !== got[part].sha256) throw new CopyDiffersError(part, wanted[part], got[part]);
  }
  return got;
}

/** Reads everything and sums it up. */
export async function sumsOf({ accounts, messages }: Archive): Promise<Sums> {
  const sums = { users: new Summing(), sessions: new Summing(), invites: new Summing() };
  for await (const users of pages(0, (page) => accounts.users(page), (user) => user.id)) {
    sums.users.add(users);
  }
  for await (const rows of pages("", (page) => accounts.sessions(page), (one) => one.id)) {
    sums.sessions.add(rows);
  }
  for await (const rows of pages("", (page) => accounts.invites(page), (one) => one.id)) {
    sums.invites.add(rows);
  }
  const conversations = new Summing();
  const all = new Summing();
  for await (const page of conversationsOf({ accounts, messages })) {
    conversations.add(page);
    for (const { id } of page) {
      all.add([id]);
      all.uncount(1);
      for await (const some of messagesOf({ accounts, messages }, id, 0)) all.add(some);
    }
  }
  return {
    users: sums.users.sum,
    sessions: sums.sessions.sum,
    invites: sums.invites.sum,
    conversations: conversations.sum,
    messages: all.sum,
  };
}

async function copyAccounts(from: Archive, to: Archive, progress: OnProgress): Promise<void> {
  const source = from.accounts;
  let done = 0;
  for await (const users of pages(0, (page) => source.users(page), (user) => user.id)) {
    await to.accounts.putUsers(users);
    progress("users", done += users.length, null);
  }
  done = 0;
  for await (const sessions of pages("", (page) => source.sessions(page), (one) => one.id)) {
    await to.accounts.putSessions(sessions);
    progress("sessions", done += sessions.length, null);
  }
  done = 0;
  for await (const invites of pages("", (page) => source.invites(page), (one) => one.id)) {
    await to.accounts.putInvites(invites);
    progress("invites", done += invites.length, null);
  }
}

async function copyConversations(from: Archive, to: Archive, progress: OnProgress): Promise<void> {
  const total = await from.messages.countMessages();
  let conversations = 0;
  let messages = 0;
  for await (const page of conversationsOf(from)) {
    await to.messages.putConversations(page);
    progress("conversations", conversations += page.length, null);
    for (const { id } of page) {
      const stored = await to.messages.lastStoredSeq(id);
      for await (const some of messagesOf(from, id, stored)) {
        await to.messages.putMessages(id, some);
        progress("messages", messages += some.length, total);
      }
    }
  }
}

function conversationsOf({ messages }: Archive): AsyncGenerator<readonly ArchivedConversation[]> {
  return pages("", (page) => messages.conversations(page), (one) => one.id);
}

function messagesOf(
  { messages }: Archive,
  id: string,
  after: number,
): AsyncGenerator<readonly ArchivedMessage[]> {
  return pages(after, (page) => messages.messages(id, page), (one) => one.seq);
}

/** Every row after a key, page by page. */
async function* pages<Key, Row>(
  after: Key,
  read: (page: { readonly after: Key; readonly limit: number }) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<readonly Row[]> {
  for (let from = after;;) {
    const rows = await read({ after: from, limit: PAGE });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < PAGE) return;
    from = keyOf(last);
  }
}

/** A sum in the making. */
class Summing {
  readonly #hash: Hash = createHash("sha256");
  #rows = 0;

  /** Adds rows in order; equal rows give equal text, whatever order their fields were made in. */
  add(rows: readonly unknown[]): void {
    for (const row of rows) this.#hash.update(`${canonical(row)}\n`);
    this.#rows += rows.length;
  }

  /** Takes back from the count what was added to tell rows apart. */
  uncount(rows: number): void {
    this.#rows -= rows;
  }

  get sum(): Sum {
    return { rows: this.#rows, sha256: this.#hash.copy().digest("hex") };
  }
}

function canonical(row: unknown): string {
  return JSON.stringify(
    row,
    (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1))
        : value,
  );
}
