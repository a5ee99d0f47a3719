/**
 * Writing a backup: messages first, then the accounts, so that no message is without its sender.
 *
 * Sessions are not in it: one that was ended since would be good again, and addresses and devices are nobody's who
 * keeps a file. People sign in again.
 *
 * @module
 */
import type { ArchivedConversation, ArchivedMessage } from "../archive.ts";
import { pages } from "../readings.ts";
import { type Part, PARTS, Summing, type Sums } from "../sums.ts";
import { BackupTornError } from "./errors.ts";
import { recordLine } from "./records.ts";
import type { BackupSource } from "./source.ts";

/** Told now and then how far it is: rows of a part that are done; about how many there will be, where that is known. */
export type OnBackupProgress = (part: Part, done: number, total: number | null) => void;

/** The records of a store, line by line. Throws {@link BackupTornError}, and what the store throws. */
export async function* backupLines(
  source: BackupSource,
  progress: OnBackupProgress = () => {},
): AsyncGenerator<string> {
  const sums = new Map(PARTS.map((part) => [part, new Summing()]));
  const sum = (part: Part): Summing => sums.get(part) ?? new Summing();
  yield* messageLines(source, { sum, progress });
  const accounts = await source.openAccounts();
  for await (const rows of pages(0, (page) => accounts.users(page), (one) => one.id)) {
    sum("users").add(rows);
    for (const row of rows) yield recordLine(["user", row]);
    progress("users", sum("users").sum.rows, null);
  }
  for await (const rows of pages("", (page) => accounts.invites(page), (one) => one.id)) {
    sum("invites").add(rows);
    for (const row of rows) yield recordLine(["invite", row]);
  }
  yield recordLine(["end", Object.fromEntries(PARTS.map((part) => [part, sum(part).sum])) as Sums]);
}

interface Telling {
  readonly sum: (part: Part) => Summing;
  readonly progress: OnBackupProgress;
}

async function* messageLines(
  { messages, isMoving }: BackupSource,
  { sum, progress }: Telling,
): AsyncGenerator<string> {
  const total = await messages.countMessages();
  let done = 0;
  for await (const page of pages("", (page) => messages.conversations(page), (one) => one.id)) {
    for (const row of page) yield recordLine(["conversation", row]);
    const read = new Map(page.map((one) => [one.id, new Read(one, isMoving)]));
    for await (
      const stretches of messages.messages(page.map((conversation) => ({ conversation, after: 0 })))
    ) {
      for (const { conversation, messages } of stretches) {
        const rows = read.get(conversation.id)?.take(messages) ?? [];
        sum("messages").add(rows, conversation.id);
        for (const row of rows) yield recordLine(["message", conversation.id, row]);
        done += rows.length;
      }
      progress("messages", done, total);
    }
    for (const one of read.values()) {
      const { conversation } = one.end();
      sum("conversations").add([conversation]);
      if (one.isChanged) yield recordLine(["change", conversation.id, conversation.lastChange]);
    }
  }
}

/** A conversation whose messages are being read. */
class Read {
  readonly #isMoving: boolean;
  readonly #conversation: ArchivedConversation;
  #seq: number;
  #change: number;

  constructor(conversation: ArchivedConversation, isMoving: boolean) {
    this.#conversation = conversation;
    this.#isMoving = isMoving;
    this.#seq = conversation.firstSeq - 1;
    this.#change = conversation.lastChange;
  }

  /** Those that belong to the conversation as it was read: what came since is in the next backup. */
  take(messages: readonly ArchivedMessage[]): readonly ArchivedMessage[] {
    if (!this.#isMoving) return messages;
    const { lastSeq } = this.#conversation;
    const taken = messages.filter(({ seq }) => seq <= lastSeq);
    for (const { seq, change } of taken) {
      if (seq !== this.#seq + 1) throw torn();
      this.#seq = seq;
      this.#change = Math.max(this.#change, change);
    }
    return taken;
  }

  /** The conversation as its messages have it. */
  end(): { readonly conversation: ArchivedConversation } {
    if (this.#isMoving && this.#seq !== this.#conversation.lastSeq) throw torn();
    return { conversation: { ...this.#conversation, lastChange: this.#change } };
  }

  get isChanged(): boolean {
    return this.#change > this.#conversation.lastChange;
  }
}

function torn(): BackupTornError {
  return new BackupTornError(
    "Cannot back up: old messages were removed while they were read, run it again",
  );
}
