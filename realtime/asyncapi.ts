/**
 * The AsyncAPI document of the socket, made from the schemas in `frames.ts` so that it cannot drift.
 *
 * @module
 */
import { z } from "zod";
import { CLOSE } from "./close.ts";
import { ERRORS } from "./errors.ts";
import { ClientFrame, ServerFrame } from "./frames.ts";
import { SUBPROTOCOL } from "./socket.ts";

/** JSON, as far as a document needs it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type JsonObject = { readonly [key: string]: Json };

/** What each type is for, in a line; contract §3 in short. */
const SUMMARIES: Readonly<Record<ClientFrame["type"] | ServerFrame["type"], string>> = {
  hello: "Optional first frame: what this client can do",
  private: "A message",
  heartbeat: "Answered with pong",
  typing: "Somebody is writing, or stopped",
  read: "From a client: read up to here. From the server: a message was stored",
  delivered: "This device has everything up to here",
  sync: "What a device missed",
  history: "A stretch of one conversation",
  watch: "Follow the presence of these people",
  welcome: "The first frame of a connection",
  "user_list": "Who is online",
  join: "Somebody came online",
  leave: "Somebody went offline",
  receipt: "Somebody's marks moved",
  resync: "Hints may have been lost: call sync",
  presence: "The people asked for by watch",
  error: "A frame was refused",
};

/** The AsyncAPI 3.0 document of `/ws`, as plain JSON. */
export function asyncApiDocument(version: string): JsonObject {
  const schemas: Record<string, Json> = {};
  const inbound = messagesOf(ClientFrame.options, { prefix: "client", io: "input", schemas });
  const outbound = messagesOf(ServerFrame.options, { prefix: "server", io: "output", schemas });
  return {
    asyncapi: "3.0.0",
    info: { title: "Go Chat socket", version, description: description() },
    defaultContentType: "application/json",
    channels: {
      socket: {
        address: "/ws",
        messages: refs("#/components/messages", [...inbound.keys(), ...outbound.keys()]),
      },
    },
    operations: {
      receive: operation("receive", "What a client may send", [...inbound.keys()]),
      send: operation("send", "What the server sends", [...outbound.keys()]),
    },
    components: { messages: Object.fromEntries([...inbound, ...outbound]), schemas },
  };
}

interface MessagesContext {
  readonly prefix: "client" | "server";
  readonly io: "input" | "output";
  /** Where shared shapes are put. */
  readonly schemas: Record<string, Json>;
}

function messagesOf(
  options: readonly z.ZodObject[],
  { prefix, io, schemas }: MessagesContext,
): ReadonlyMap<string, JsonObject> {
  const messages = new Map<string, JsonObject>();
  for (const option of options) {
    const schema = toSchema(option, io, schemas);
    const type = frameType(option);
    messages.set(`${prefix}_${type}`, {
      name: type,
      title: `${type} (from the ${prefix})`,
      summary: SUMMARIES[type],
      payload: schema,
    });
  }
  return messages;
}

/** Shared shapes move to the document's components: a `$ref` counts from the document's root. */
function toSchema(schema: z.ZodType, io: "input" | "output", schemas: Record<string, Json>): Json {
  const made = z.toJSONSchema(schema, { target: "draft-7", io, unrepresentable: "any" });
  const { $schema: _, definitions, ...own } = made;
  const shared = z.record(z.string(), z.unknown()).parse(definitions ?? {});
  for (const [name, shape] of Object.entries(shared)) schemas[name] = rooted(shape);
  return rooted(own);
}

/** A copy with references counted from the root, and without the `id` by which zod names a shape. */
function rooted(value: unknown): Json {
  if (Array.isArray(value)) return value.map(rooted);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([key, inner]) =>
      !(key === "id" && typeof inner === "string")
    );
    return Object.fromEntries(entries.map(([key, inner]) => [key, rooted(inner)]));
  }
  if (typeof value === "string") return value.replace("#/definitions/", "#/components/schemas/");
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

function frameType(schema: z.ZodObject): keyof typeof SUMMARIES {
  const type = schema.shape["type"];
  const value: unknown = type instanceof z.ZodLiteral ? type.value : undefined;
  return z.custom<keyof typeof SUMMARIES>((word) => typeof word === "string" && word in SUMMARIES).parse(
    value,
  );
}

function operation(action: "send" | "receive", summary: string, names: readonly string[]): JsonObject {
  return {
    action,
    summary,
    channel: { $ref: "#/channels/socket" },
    messages: names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` })),
  };
}

function refs(root: string, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `${root}/${name}` }]));
}

function description(): string {
  const closes = Object.values(CLOSE).map((one) =>
    `- ${one.code} ${one.reason}: ${one.reconnect ? "reconnect" : "do not reconnect"}`
  );
  const errors = Object.entries(ERRORS).map(([word, kind]) =>
    `- ${kind.status} \`${word}\`: ${kind.text.en}`
  );
  return [
    "One JSON object per text message, both ways.",
    `Subprotocol: \`${SUBPROTOCOL}\` for clients that confirm delivery themselves.`,
    "Close codes:",
    ...closes,
    "",
    "Words of `error` frames:",
    ...errors,
  ].join("\n");
}
