/** Every frame of the protocol with every field spoilt: an error frame each, and nothing else. */
import assert from "node:assert/strict";
import { z } from "zod";
import { BAD_VALUES, type Kind } from "../support/bad_values.ts";
import { startServer } from "../support/server.ts";
import { type AnyFrame, SocketClient } from "../support/socket_client.ts";

/** A frame that is good, and what belongs into each field; a field of `data` is named after it. */
interface Row {
  readonly type: string;
  readonly good: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, Kind>>;
  /** Without these it is no use. */
  readonly required: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    type: "hello",
    good: { "data.device": '"test"', "data.confirm": "true" },
    kinds: { id: "id", data: "object", "data.device": "name", "data.confirm": "flag" },
    required: [],
  },
  {
    type: "private",
    good: { to_user_id: "2", content: '"hi"' },
    kinds: {
      id: "id",
      to_user_id: "user",
      content: "text",
      data: "object",
      "data.conversation_id": "conversation",
    },
    required: ["to_user_id", "content"],
  },
  { type: "heartbeat", good: {}, kinds: { id: "id" }, required: [] },
  {
    type: "typing",
    good: { to_user_id: "2" },
    kinds: {
      id: "id",
      to_user_id: "user",
      data: "object",
      "data.conversation_id": "conversation",
      "data.active": "flag",
    },
    required: ["to_user_id"],
  },
  {
    type: "read",
    good: { to_user_id: "2" },
    kinds: {
      id: "id",
      to_user_id: "user",
      data: "object",
      "data.conversation_id": "conversation",
      "data.seq": "counter",
      "data.message_id": "name",
      "data.private": "flag",
    },
    required: ["to_user_id"],
  },
  {
    type: "delivered",
    good: { "data.conversation_id": '"1-2"', "data.seq": "1" },
    kinds: { id: "id", data: "user", "data.conversation_id": "conversation", "data.seq": "counter" },
    required: ["data.conversation_id", "data.seq"],
  },
  {
    type: "sync",
    good: {},
    kinds: {
      id: "id",
      data: "object",
      "data.have": "have",
      "data.since": "time",
      "data.page": "page",
      "data.limit": "limit",
    },
    required: [],
  },
  {
    type: "history",
    good: { to_user_id: "2" },
    kinds: {
      id: "id",
      to_user_id: "user",
      data: "object",
      "data.conversation_id": "conversation",
      "data.before_seq": "counter",
      "data.after_seq": "counter",
      "data.limit": "limit",
    },
    required: ["to_user_id"],
  },
  {
    type: "watch",
    good: { "data.add": "[2]" },
    kinds: { id: "id", data: "object", "data.add": "users", "data.remove": "users" },
    required: [],
  },
];

/** Writes a frame by hand: `fields` are JSON texts. */
function write(type: string, fields: Readonly<Record<string, string>>): string {
  const own = Object.entries(fields).filter(([name]) => !name.startsWith("data."));
  const data = Object.entries(fields).filter(([name]) => name.startsWith("data."));
  const members = own.map(([name, json]) => `"${name}":${json}`);
  if (data.length > 0 && !own.some(([name]) => name === "data")) {
    members.push(`"data":{${data.map(([name, json]) => `"${name.slice(5)}":${json}`).join(",")}}`);
  }
  return `{${[`"type":"${type}"`, ...members].join(",")}}`;
}

/** What came for a frame: everything until the answer to a heartbeat after it, which also keeps ten in a row away. */
async function answersTo(client: SocketClient, text: string): Promise<readonly AnyFrame[]> {
  const before = client.frames.length;
  client.send(text);
  await client.ask({ type: "heartbeat" });
  // Reads are answered later than a heartbeat; a second read is answered after the first.
  await client.ask({ type: "history", to_user_id: 2 });
  return client.frames.slice(before, -1).filter(({ type }) => !["heartbeat", "user_list"].includes(type));
}

async function refused(client: SocketClient, text: string): Promise<void> {
  const answers = await answersTo(client, text);
  const errors = answers.filter(({ type }) => type === "error").map((
    { data },
  ) => [data?.["code"], data?.["error"]]);
  assert.deepEqual(errors, [[400, "bad_request"]], `${text.slice(0, 200)} -> ${JSON.stringify(answers)}`);
}

/** No conversation of the two of the test has anything in it. */
async function nothingStored(url: URL): Promise<void> {
  const path = new URL("/api/v1/conversations?user_id=1", url);
  const { data } = z.object({ data: z.object({ conversations: z.array(z.unknown()) }) })
    .parse(await (await fetch(path)).json());
  assert.deepEqual(data.conversations, []);
}

for (const { type, good, kinds, required } of ROWS) {
  Deno.test(`${type}: each field that is missing or something else is answered 400, and nothing is stored`, async () => {
    await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "0", CHAT_LIMIT_MESSAGES: "0" } });
    await using client = await SocketClient.as(server.url, 1);
    for (const name of required) {
      await refused(
        client,
        write(type, Object.fromEntries(Object.entries(good).filter(([one]) => one !== name))),
      );
    }
    for (const [name, kind] of Object.entries(kinds)) {
      for (const { json, fine } of BAD_VALUES) {
        if (!fine.includes(kind)) await refused(client, write(type, { ...good, [name]: json }));
      }
    }
    await nothingStored(server.url);
    assert.equal((await client.settled("error")).some(({ data }) => data?.["code"] === 500), false);
  });
}

const TEXTS: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["128 KiB of white space", " ".repeat(128 * 1_024)],
  ["null", "null"],
  ["a number", "7"],
  ["text", '"private"'],
  ["an array", '[{"type":"heartbeat"}]'],
  ["an array that does not end", "[".repeat(100_000)],
  ["arrays in arrays", "[".repeat(60_000) + "]".repeat(60_000)],
  ["an object that does not end", '{"a":'.repeat(20_000)],
  ["two frames", '{"type":"heartbeat"}{"type":"heartbeat"}'],
  ["a byte order mark", '\ufeff{"type":"heartbeat"}'],
  ["a comment", '{"type":"heartbeat"/**/}'],
  ["a comma too many", '{"type":"heartbeat",}'],
  ["single quotes", "{'type':'heartbeat'}"],
  ["no quotes", "{type:heartbeat}"],
  ["NaN", '{"type":"heartbeat","id":NaN}'],
  ["Infinity", '{"type":"heartbeat","id":Infinity}'],
  ["a hexadecimal number", '{"type":"private","to_user_id":0x2,"content":"a"}'],
  ["a leading zero", '{"type":"private","to_user_id":02,"content":"a"}'],
  ["a line end in text", '{"type":"private","to_user_id":2,"content":"a\nb"}'],
  ["no type", "{}"],
  ["an unknown type", '{"type":"nonsense"}'],
  ["a type in an array", '{"type":["private"],"to_user_id":2,"content":"a"}'],
  ["a type of the server", '{"type":"welcome"}'],
  ["__proto__ for a type", '{"type":"__proto__"}'],
  ["constructor for a type", '{"type":"constructor"}'],
  ["toString for a type", '{"type":"toString"}'],
  ["a type in __proto__", '{"__proto__":{"type":"heartbeat"}}'],
  ["a type of 100 000 letters", `{"type":"${"a".repeat(100_000)}"}`],
  ["40 000 members", `{${Array.from({ length: 12_000 }, (_, n) => `"k${n}":0`).join(",")}}`],
  ["both bounds of a page", '{"type":"history","to_user_id":2,"data":{"before_seq":1,"after_seq":1}}'],
  ["a recipient who is oneself", '{"type":"history","to_user_id":0}'],
];

Deno.test("texts that are no frame are answered 400 and the connection stays", async (t) => {
  await using server = await startServer({ env: { CHAT_LIMIT_FRAMES: "0" } });
  await using client = await SocketClient.as(server.url, 1);
  for (const [what, text] of TEXTS) await t.step(what, () => refused(client, text));
  await nothingStored(server.url);
});

Deno.test("frames that look wrong and are right are worked", async () => {
  await using server = await startServer();
  await using client = await SocketClient.as(server.url, 1);
  const space = " ".repeat(120 * 1_024);
  client.send(`${space}{"type":"heartbeat","id":"space"}`);
  assert.equal((await client.next((frame) => frame.id === "space")).content, "pong");
  client.send('{"type":"nonsense","id":"first","type":"heartbeat","id":"last"}');
  assert.equal((await client.next((frame) => frame.id === "last")).content, "pong");
  client.send(
    '{"type":"heartbeat","id":"known","__proto__":{"id":1},"constructor":1,"toString":1,"unknown":[1]}',
  );
  assert.equal((await client.next((frame) => frame.id === "known")).content, "pong");
  client.send('{"\\u0074ype":"heartbeat","id":"\\ud83d\\ude00"}');
  assert.equal((await client.next((frame) => frame.id === "\u{1f600}")).content, "pong");
});
