/**
 * A backup of three messages, for what is done to its bytes.
 *
 * @module
 */
import { recordLine } from "../../db/backup/records.ts";
import { Summing, type Sums } from "../../db/sums.ts";
import { sealed } from "./backup_contract.ts";

/** What its head tells. */
export const FACTS = {
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  program: "1.2.3",
  schema: "0002_erasing",
  begunAt: 1,
  epoch: "e",
  usedInDebug: false,
};
/** What is alike of both members. */
export const member = {
  role: "member",
  joinedSeq: 0,
  leftAt: null,
  deliveredSeq: 0,
  readSeq: 0,
  shownReadSeq: 0,
  changedAt: 0,
};
const conversation = {
  id: "1-2",
  kind: "direct",
  low: 1,
  high: 2,
  firstSeq: 1,
  lastSeq: 3,
  lastChange: 3,
  updatedAt: 1,
  changedAt: 1,
  members: [{ userId: 1, ...member }, { userId: 2, ...member }],
};
const messages = [1, 2, 3].map((seq) => ({
  seq,
  change: seq,
  messageId: `m${seq}`,
  senderId: 1,
  clientId: null,
  bodyHash: "0".repeat(32),
  kind: "text",
  content: `text ${seq}`,
  data: null,
  createdAt: 1,
  editedAt: null,
  deletedAt: null,
}));

/** Its lines: a conversation of three messages, and the end, with something otherwise. */
export function linesWith(change: { conversation?: object; last?: object } = {}): readonly string[] {
  const [one, two, three] = messages;
  const rows = [one, two, { ...three, ...change.last }];
  const sums = {
    users: new Summing(),
    sessions: new Summing(),
    invites: new Summing(),
    conversations: new Summing(),
    messages: new Summing(),
  };
  const changed = { ...conversation, ...change.conversation };
  sums.conversations.add([changed]);
  sums.messages.add(rows, "1-2");
  const end = Object.fromEntries(Object.entries(sums).map(([part, { sum }]) => [part, sum])) as Sums;
  return [
    recordLine(["conversation", changed]),
    ...rows.map((row) => `${JSON.stringify(["message", "1-2", row])}\n`),
    recordLine(["end", end]),
  ];
}

/** The file of some lines. */
export async function fileOf(lines: readonly string[]): Promise<Uint8Array> {
  return await sealed(
    (async function* (): AsyncGenerator<string> {
      yield* lines;
    })(),
    FACTS,
  );
}
