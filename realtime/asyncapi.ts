/**
 * The AsyncAPI document of the socket, made from the schemas in `frames.ts` so that it cannot drift.
 *
 * @module
 */
import { z } from "zod";
import { MAX_USER_ID } from "../db/model.ts";
import { CLOSE } from "./close.ts";
import { ERRORS, FRAME_ERRORS } from "./errors.ts";
import { CLIENT_NOTES, type Note, SERVER_NOTES } from "./frame_notes.ts";
import { ClientFrame, ServerFrame } from "./frames.ts";
import { type Json, type JsonObject, jsonSchema } from "./json_schema.ts";
import { MAX_BAD_FRAMES, MAX_FRAME_BYTES } from "./limits.ts";
import { PROTOCOL_VERSION, SUBPROTOCOL } from "./handshake.ts";

/** The AsyncAPI 3.0 document of `/ws`, as plain JSON. */
export function asyncApiDocument(version: string): JsonObject {
  const schemas: Record<string, Json> = {};
  const client = { prefix: "client", io: "input", schemas, notes: CLIENT_NOTES } as const;
  const server = { prefix: "server", io: "output", schemas, notes: SERVER_NOTES } as const;
  const inbound = messagesOf(ClientFrame.options, client);
  const outbound = messagesOf(ServerFrame.options, server);
  const names = [...inbound.keys(), ...outbound.keys()];
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Go Chat socket",
      version,
      description: description(),
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    channels: {
      socket: {
        address: "/ws",
        description: IDENTITY,
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: { ws: HANDSHAKE },
      },
    },
    operations: {
      receive: operation("receive", "What a client may send", [...inbound.keys()]),
      send: operation("send", "What the server sends", [...outbound.keys()]),
    },
    components: { messages: Object.fromEntries([...inbound, ...outbound]), schemas },
    "x-close-codes": Object.values(CLOSE).map((one): JsonObject => ({ ...one })),
    "x-errors": FRAME_ERRORS.map((error): JsonObject => {
      const { status, temporary, text } = ERRORS[error];
      return { code: status, error, temporary, message: text.en };
    }),
  };
}

const IDENTITY = [
  "Who connects is known before the handshake is answered: by `Authorization: Bearer TOKEN`, by the",
  `subprotocols \`${SUBPROTOCOL}, bearer.TOKEN\` (of which \`${SUBPROTOCOL}\` is chosen), or by the session`,
  "cookie together with our Origin. In debug mode `user_id` and `username` in the query are enough, and win.",
  'A refused handshake is answered with `{"error": "…"}` and 400, 401, 403, 421, 426, 429 or 503.',
].join(" ");

const HANDSHAKE: JsonObject = {
  method: "GET",
  query: {
    type: "object",
    description: "Debug mode only",
    properties: {
      user_id: { type: "integer", minimum: 1, maximum: MAX_USER_ID },
      username: { type: "string", minLength: 1, maxLength: 50 },
    },
  },
  headers: {
    type: "object",
    properties: {
      Authorization: { type: "string", description: "Bearer TOKEN" },
      "Sec-WebSocket-Protocol": { type: "string", examples: [`${SUBPROTOCOL}, bearer.TOKEN`] },
      Cookie: { type: "string", description: "The session cookie of POST /api/v1/auth/login" },
      Origin: { type: "string", description: "Ours, where there is one; needed with the cookie" },
    },
  },
  bindingVersion: "0.1.0",
};

interface MessagesContext {
  readonly prefix: "client" | "server";
  readonly io: "input" | "output";
  /** Where shared shapes are put. */
  readonly schemas: Record<string, Json>;
  readonly notes: Readonly<Record<string, Note<object>>>;
}

function messagesOf(
  options: readonly z.ZodObject[],
  { prefix, io, schemas, notes }: MessagesContext,
): ReadonlyMap<string, JsonObject> {
  const messages = new Map<string, JsonObject>();
  for (const option of options) {
    const type = z.object({ type: z.instanceof(z.ZodLiteral) }).parse(option.shape).type.value;
    const note = notes[String(type)];
    if (note === undefined) throw new RangeError(`The frame "${type}" has no note`);
    messages.set(`${prefix}_${type}`, {
      name: String(type),
      title: `${type} (from the ${prefix})`,
      summary: note.summary,
      payload: jsonSchema(option, { target: "draft-7", io, shapes: schemas }),
      examples: note.examples.map((payload, at) => ({
        name: `${prefix}_${type}_${at + 1}`,
        payload: AsJson.parse(payload),
      })),
    });
  }
  return messages;
}

/** Frames are JSON; their types say more than that. */
const AsJson: z.ZodType<Json> = z.json();

function operation(action: "send" | "receive", summary: string, names: readonly string[]): JsonObject {
  return {
    action,
    summary,
    channel: { $ref: "#/channels/socket" },
    messages: names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` })),
  };
}

function description(): string {
  const closes = Object.values(CLOSE).map((one) =>
    `- ${one.code} ${one.reason}: ${one.reconnect ? "reconnect" : "do not reconnect"}`
  );
  const errors = FRAME_ERRORS.map((word) => `- ${ERRORS[word].status} \`${word}\`: ${ERRORS[word].text.en}`);
  return [
    `One JSON object per text message, both ways, of at most ${MAX_FRAME_BYTES} bytes in UTF-8. Frames may get`,
    "more keys and more types: ignore those you do not know, as the server ignores unknown keys.",
    "",
    `A client that offers the subprotocol \`${SUBPROTOCOL}\` confirms delivery itself, by \`delivered\`. It stands for`,
    `version ${PROTOCOL_VERSION} of the protocol, which \`welcome\` names; a later version is another subprotocol beside it.`,
    "",
    "Close codes:",
    "",
    ...closes,
    "",
    `Words of \`error\` frames; after ${MAX_BAD_FRAMES} with 400 in a row the socket is closed:`,
    "",
    ...errors,
  ].join("\n");
}
