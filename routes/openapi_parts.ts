/**
 * The parts of the OpenAPI document that no declaration of a call gives.
 *
 * @module
 */
import { MAX_USER_ID } from "../db/model.ts";
import { type ErrorCode, ERRORS } from "../realtime/errors.ts";
import type { JsonObject } from "../realtime/json_schema.ts";

/** How a request says who asks. */
export const SECURITY_SCHEMES: JsonObject = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "The token of a sign-in" },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-session",
    description: "Set by a sign-in; `session` on plain http. What changes something needs our Origin with it",
  },
  debug: {
    type: "apiKey",
    in: "query",
    name: "user_id",
    description: "Debug mode only: who says a number is that user. Reading about people needs nothing there",
  },
};

/** Answers that every call may give. */
export const SHARED_RESPONSES: JsonObject = {
  Misdirected: shared("misdirected"),
  Internal: shared("internal"),
};

function shared(code: ErrorCode): JsonObject {
  const { status, text } = ERRORS[code];
  return {
    description: `\`${code}\`: ${text.en}`,
    content: {
      "application/json": {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Error" },
            { properties: { code: { const: status }, error: { const: code } } },
          ],
        },
      },
    },
  };
}

/** Words that a refused handshake stands for; it tells the sentence alone. */
const HANDSHAKE_ERRORS: readonly ErrorCode[] = [
  "bad_request",
  "unauthenticated",
  "origin_refused",
  "misdirected",
  "upgrade_required",
  "rate_limited",
  "overloaded",
];

/** GET /ws, which answers with another form than the calls do. */
export const HANDSHAKE: JsonObject = {
  tags: ["socket"],
  summary: "Open the socket; its frames are in asyncapi.json",
  operationId: "getWs",
  security: [{ bearer: [] }, { cookie: [] }, {}],
  parameters: [
    {
      name: "user_id",
      in: "query",
      required: false,
      description: "Debug mode only",
      schema: { type: "integer", minimum: 1, maximum: MAX_USER_ID },
    },
    {
      name: "username",
      in: "query",
      required: false,
      description: "Debug mode only",
      schema: { type: "string", minLength: 1, maxLength: 50 },
    },
    {
      name: "Sec-WebSocket-Protocol",
      in: "header",
      required: false,
      description: "`go-chat` for clients that confirm delivery, with the token where no header can be set",
      schema: { type: "string", examples: ["go-chat, bearer.TOKEN"] },
    },
  ],
  responses: {
    "101": { description: "The socket is open" },
    ...Object.fromEntries(
      HANDSHAKE_ERRORS.map((code) => [String(ERRORS[code].status), refusedHandshake(code)]),
    ),
  },
};

function refusedHandshake(code: ErrorCode): JsonObject {
  const schema: JsonObject = {
    type: "object",
    required: ["error"],
    properties: { error: { type: "string", description: "For people" } },
  };
  return { description: ERRORS[code].text.en, content: { "application/json": { schema } } };
}
