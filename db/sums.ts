/**
 * What a store holds, in a few lines that can be compared.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { Archive, ArchivedConversation, Reading } from "./archive.ts";
import { pages } from "./readings.ts";

/** What is summed up, in this order. */
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

/** Reads everything and sums it up; `told` hears how many messages were read. */
export async function sumsOf(
  { accounts, messages }: Archive,
  told: (read: number) => void = () => {},
): Promise<Sums> {
  const sums = new Map(PARTS.map((part) => [part, new Summing()]));
  const add = (part: Part, rows: readonly unknown[], prefix?: string): void =>
    sums.get(part)?.add(rows, prefix);
  for await (const users of pages(0, (page) => accounts.users(page), (user) => user.id)) add("users", users);
  for await (const some of pages("", (page) => accounts.sessions(page), (one) => one.id)) {
    add("sessions", some);
  }
  for await (const some of pages("", (page) => accounts.invites(page), (one) => one.id)) add("invites", some);
  let read = 0;
  for await (
    const page of pages("", (page) => messages.conversations(page), (one) => one.id)
  ) {
    add("conversations", page);
    for await (const stretches of messages.messages(page.map(fromFirst))) {
      for (const { conversation, messages } of stretches) {
        add("messages", messages, conversation.id);
        read += messages.length;
      }
      told(read);
    }
  }
  const sumOf = (part: Part): Sum => (sums.get(part) ?? new Summing()).sum;
  return {
    users: sumOf("users"),
    sessions: sumOf("sessions"),
    invites: sumOf("invites"),
    conversations: sumOf("conversations"),
    messages: sumOf("messages"),
  };
}

function fromFirst(conversation: ArchivedConversation): Reading {
  return { conversation, after: 0 };
}

/** A sum in the making. */
export class Summing {
  readonly #hash: Hash = createHash("sha256");
  #rows = 0;

  /** Adds rows in order, each behind `prefix`; equal rows give equal text, in whatever order their fields were made. */
  add(rows: readonly unknown[], prefix = ""): void {
    for (const row of rows) this.#hash.update(`${prefix}${canonical(row)}\n`);
    this.#rows += rows.length;
  }

  /** Of what was added so far. */
  get sum(): Sum {
    return { rows: this.#rows, sha256: this.#hash.copy().digest("hex") };
  }
}

/** JSON with the names of objects in order. */
function canonical(value: unknown): string {
  if (typeof value === "number") return `${value}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const fields = new Map<string, unknown>(Object.entries(value));
  return `{${[...fields.keys()].sort().map((name) => `${name}:${canonical(fields.get(name))}`).join()}}`;
}
