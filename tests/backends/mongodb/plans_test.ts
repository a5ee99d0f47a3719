import { strict as assert } from "node:assert";
import type { Document } from "mongodb";
import { CONVERSATION_INDEXES, MESSAGE_INDEXES } from "../../../db/mongodb/indexes.ts";
import { directConversation } from "../../../db/model.ts";
import { AB, AE, ANN, BOB, draft, EVE, markDraft, question, ROOM } from "../../contract/drafts.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { say } from "../../support/say.ts";
import { CommandProxy } from "./command_proxy.ts";
import { openMessages, withDatabase } from "./opened.ts";
import type { Command } from "./wire.ts";

/** Fields of an index with their direction. */
type Key = readonly (readonly [field: string, direction: number])[];

const INDEXES: Readonly<Record<string, readonly Key[]>> = {
  message: [[["_id", 1]], ...MESSAGE_INDEXES.map(({ key }) => Object.entries(key))],
  conversation: [[["_id", 1]], ...CONVERSATION_INDEXES.map(({ key }) => Object.entries(key))],
  person: [[["_id", 1]]],
};

/** What is found by one index: a filter without alternatives, and an order. */
interface Question {
  readonly filter: Document;
  readonly sort: Document;
}

/** Everything that the store asks while a program uses it. */
async function askEverything(url: string): Promise<readonly Command[]> {
  await using proxy = new CommandProxy(url);
  // As one of several instances: it remembers nothing, so it asks the most.
  await using opened = await openMessages(proxy.url, { shared: true });
  const { messages } = opened;
  const several = [AB, AE, ...Array.from({ length: 10 }, (_, at) => directConversation(ANN, 100 + at))];
  for (let round = 0; round < 3; round++) {
    await messages.commit({
      drafts: several.flatMap((conversation, at) =>
        ["a", "b", "c", "d"].map((name) =>
          draft(name, {
            conversation,
            senderId: conversation.low,
            clientId: `${round} ${at} ${name}`,
            createdAt: 1_000 + 10 * round + at,
          })
        )
      ),
      marks: [],
    });
  }
  await messages.idle();
  proxy.commands.length = 0;
  const known = draft("a", { clientId: "0 0 a", senderId: ANN });
  await messages.commit({ drafts: [known, draft("new"), draft("e", { conversation: AE })], marks: [] });
  await messages.idle();
  await messages.commit({
    drafts: [],
    marks: [
      markDraft({ read: { seq: 3 } }),
      markDraft({ userId: EVE, conversation: AE, delivered: { messageId: known.messageId } }),
    ],
  });
  await messages.repeatOf(known);
  await messages.list(AB, { limit: 5, maxBytes: ROOM });
  await messages.list(AB, { beforeSeq: 9, limit: 5, maxBytes: ROOM });
  await messages.list(AB, { afterSeq: 3, limit: 5, maxBytes: ROOM });
  const { next } = await messages.conversations(ANN, { limit: 5 });
  await messages.conversations(ANN, { limit: 5, before: next ?? "" });
  await messages.sync(ANN, question({ have: new Map([[AB.id, 4], [AE.id, 999]]) }));
  await messages.sync(BOB, question({ since: 1_000, have: new Map([[AB.id, 4]]) }));
  await messages.contacts(ANN, 10);
  await messages.memberIds(5, 10);
  await messages.removeBefore(1_002, 5);
  await messages.removeBefore(1_002, 5);
  return [...proxy.commands];
}

/** What a command looks for. */
function questionsOf({ name, document }: Command): readonly Question[] {
  const plain = (filter: Document, sort: Document = {}): readonly Question[] => {
    const { $or, $and: _, ...rest } = filter;
    // Alternatives beside other conditions only narrow what those find.
    if (!Array.isArray($or) || Object.keys(rest).length > 0) return [{ filter: rest, sort }];
    return $or.map((filter: Document) => ({ filter, sort }));
  };
  const each = (list: unknown): readonly Question[] =>
    (Array.isArray(list) ? list : []).flatMap((one: Document) => plain(one["q"]));
  switch (name) {
    case "find":
      return plain(document["filter"] ?? {}, document["sort"]);
    case "update":
      return each(document["updates"]);
    case "delete":
      return each(document["deletes"]);
    default:
      return [];
  }
}

/** Whether an index begins with what is given, goes on in the order that is asked for, and holds the range. */
function serves(key: Key, { filter, sort }: Question): boolean {
  const isEqual = (field: string): boolean => {
    const value: unknown = filter[field];
    if (value === undefined) return false;
    return typeof value !== "object" || value === null || Object.keys(value).every((word) => word === "$in");
  };
  const fixed = key.findIndex(([field]) => !isEqual(field));
  const rest = fixed < 0 ? [] : key.slice(fixed);
  const wanted = Object.entries(sort).filter(([field]) => !isEqual(field));
  const directions = wanted.map(([field, direction], at) =>
    rest[at]?.[0] === field ? Number(direction) * (rest[at]?.[1] ?? 0) : 0
  );
  const ordered = directions.every((direction) => direction !== 0 && direction === directions[0]);
  const ranged = rest[0] !== undefined && rest[0][0] in filter;
  return ordered && (fixed !== 0 || ranged);
}

Deno.test("MongoDB: every question of the store is one that an index answers", async () => {
  await using mongo = await openTestMongo();
  const commands = await askEverything(mongo.url);
  const asked = commands.flatMap((command) =>
    questionsOf(command).map((question) => ({ collection: command.collection, question }))
  );
  assert.ok(asked.length > 40, `${asked.length} questions`);
  for (const { collection, question } of asked) {
    const keys = INDEXES[collection] ?? [];
    assert.ok(keys.some((key) => serves(key, question)), `${collection}: ${JSON.stringify(question)}`);
  }
  for (const { name, document } of commands) {
    if (name === "find" && document["sort"] !== undefined) {
      assert.ok(Number(document["limit"]) > 0, "pages end");
    }
  }
});

Deno.test("MongoDB: its own plans look at an index and sort nothing", async () => {
  await using mongo = await openTestMongo();
  const finds = (await askEverything(mongo.url)).filter((command) => command.name === "find");
  assert.ok(finds.length > 20);
  const explained = await withDatabase(mongo.url, async (db) => {
    const plans: Document[] = [];
    for (const { document } of finds) plans.push(await db.command({ explain: questionOf(document) }));
    return plans;
  });
  if (mongo.server !== null) {
    say(
      "!! FerretDB explains no plan: set CHAT_TEST_MONGODB_URL to see what a MongoDB does with these questions",
    );
    for (const plan of explained) assert.match(JSON.stringify(plan), /SCAN|SEARCH/, "it tells that it looks");
    return;
  }
  for (const [at, { queryPlanner }] of explained.entries()) {
    const plan = JSON.stringify(queryPlanner.winningPlan);
    const what = `${JSON.stringify(finds[at]?.document)}: ${plan}`;
    assert.doesNotMatch(plan, /"stage":"(COLLSCAN|SORT)"/, what);
    assert.match(plan, /"stage":"(IXSCAN|IDHACK|EOF|EXPRESS_\w+)"/, what);
  }
});

/** What a command asks, without how it is to be answered. */
function questionOf({ find, filter, sort, limit, projection }: Document): Document {
  return { find, filter, ...(sort && { sort }), ...(limit && { limit }), ...(projection && { projection }) };
}
