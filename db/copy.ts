/**
 * Copies everything from one store into another, and proves that both hold the same.
 *
 * Works on archives alone: whoever opens the stores holds their locks while this runs. Interrupted, it goes on where
 * it was: rows of accounts are put again, messages above the last that is stored.
 *
 * @module
 */
import type { Archive } from "./archive.ts";
import { pages } from "./readings.ts";
import { type Part, PARTS, type Sum, type Sums, sumsOf } from "./sums.ts";

export { PARTS, type Sums, sumsOf };

/** What is under way. */
export type Step = "copying" | "comparing";

/** Told now and then how far it is: rows of a part that are done; about how many there will be, where that is known. */
export type OnProgress = (step: Step, part: Part, done: number, total: number | null) => void;

/** The two stores do not hold the same after a copy. */
export class CopyDiffersError extends Error {
  override readonly name = "CopyDiffersError";
  constructor(part: Part, from: Sum, to: Sum) {
    super(
      `The copy differs in ${part}: ${from.rows} rows with sum ${from.sha256} against ${to.rows} with ${to.sha256}`,
    );
  }
}

/** Two archives: what `to` lacks of `from` is brought. */
export interface Move {
  readonly from: Archive;
  readonly to: Archive;
}

const NOTHING: OnProgress = () => {};

/** Copies, then reads both again and compares. Throws {@link CopyDiffersError}. */
export async function copyArchive(move: Move, progress: OnProgress = NOTHING): Promise<Sums> {
  await copyAccounts(move, progress);
  const messages = await copyConversations(move, progress);
  await move.to.messages.finish();
  // Together: while one waits for its disk or the network, the other one's rows are summed up.
  const [wanted, got] = await Promise.all([
    sumsOf(move.from),
    sumsOf(move.to, (read) => progress("comparing", "messages", read, messages)),
  ]);
  for (const part of PARTS) {
    if (wanted[part].sha256 !== got[part].sha256) throw new CopyDiffersError(part, wanted[part], got[part]);
  }
  return got;
}

async function copyAccounts({ from: { accounts: from }, to }: Move, progress: OnProgress): Promise<void> {
  let done = 0;
  for await (const users of pages(0, (page) => from.users(page), (user) => user.id)) {
    await to.accounts.putUsers(users);
    progress("copying", "users", done += users.length, null);
  }
  done = 0;
  for await (const sessions of pages("", (page) => from.sessions(page), (one) => one.id)) {
    await to.accounts.putSessions(sessions);
    progress("copying", "sessions", done += sessions.length, null);
  }
  done = 0;
  for await (const invites of pages("", (page) => from.invites(page), (one) => one.id)) {
    await to.accounts.putInvites(invites);
    progress("copying", "invites", done += invites.length, null);
  }
}

/** Answers how many messages there are now. */
async function copyConversations(
  { from: { messages: from }, to: { messages: to } }: Move,
  progress: OnProgress,
): Promise<number> {
  const total = await from.countMessages();
  let conversations = 0;
  let messages = 0;
  for await (
    const page of pages("", (page) => from.conversations(page), (one) => one.id)
  ) {
    await to.putConversations(page);
    progress("copying", "conversations", conversations += page.length, null);
    const stored = await to.lastStoredSeqs(page);
    const readings = page.map((conversation) => ({ conversation, after: stored.get(conversation.id) ?? 0 }));
    for (const { conversation, after } of readings) {
      messages += Math.max(0, after - conversation.firstSeq + 1);
    }
    for await (const stretches of from.messages(readings)) {
      await to.putMessages(stretches);
      for (const stretch of stretches) messages += stretch.messages.length;
      progress("copying", "messages", messages, total);
    }
  }
  return messages;
}
