/**
 * The OpenAPI document, made from the same declarations that validate: the two cannot drift.
 *
 * @module
 */
import { z } from "zod";
import { type ErrorCode, ERRORS } from "../realtime/errors.ts";
import { type Json, type JsonObject, jsonSchema } from "../realtime/json_schema.ts";
import type { Access } from "./askers.ts";
import { HANDSHAKE, SECURITY_SCHEMES, SHARED_RESPONSES } from "./openapi_parts.ts";
import type { CallSpec, RawSpec } from "./route.ts";

/** What an application answers. */
export interface Documented {
  readonly specs: readonly CallSpec[];
  readonly raws: readonly RawSpec[];
  readonly version: string;
}

const SESSION: readonly JsonObject[] = [{ bearer: [] }, { cookie: [] }];
const ASKER: readonly JsonObject[] = [...SESSION, { debug: [] }];

/** Errors of finding out who asks: in debug mode they may say what is no user id. */
const ASKING: readonly ErrorCode[] = ["unauthenticated", "unavailable", "invalid_fields"];

const ACCESS: Readonly<Record<Access, { errors: readonly ErrorCode[]; security: readonly JsonObject[] }>> = {
  anyone: { errors: [], security: [] },
  reader: { errors: ASKING, security: ASKER },
  person: { errors: ASKING, security: ASKER },
  session: { errors: ["unauthenticated", "unavailable"], security: SESSION },
  owner: { errors: [...ASKING, "forbidden"], security: ASKER },
};

/** Where shapes with a name are put. */
type Shapes = Record<string, Json>;

/** The OpenAPI 3.1 document of an application, as plain JSON. */
export function openApiDocument({ specs, raws, version }: Documented): JsonObject {
  const shapes: Shapes = { Error: ERROR_SHAPE };
  const paths: Record<string, Record<string, Json>> = {};
  const add = (path: string, method: string, operation: JsonObject): void => {
    (paths[path.replace(/:(\w+)/g, "{$1}")] ??= {})[method.toLowerCase()] = operation;
  };
  for (const spec of specs) add(spec.path, spec.method, operationOf(spec, shapes));
  for (const raw of raws) add(raw.path, "GET", rawOperation(raw));
  add("/ws", "GET", HANDSHAKE);
  return {
    openapi: "3.1.0",
    info: {
      title: "Go Chat",
      version,
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Every answer is JSON: `{code, message, data?}`, or `{code, message, error, fields?}` with a " +
        "4xx or 5xx. Answers may get more keys: ignore those you do not know. Bodies are read as JSON " +
        "whatever their content type says, and may have at most 128 KiB. The socket at /ws is described by " +
        "/api/v1/asyncapi.json.",
    },
    servers: [{ url: "/" }],
    paths,
    components: { schemas: shapes, responses: SHARED_RESPONSES, securitySchemes: SECURITY_SCHEMES },
  };
}

const ERROR_SHAPE: JsonObject = {
  type: "object",
  required: ["code", "message", "error"],
  properties: {
    code: { type: "integer", description: "The HTTP status" },
    message: { type: "string", description: "For people, in English, or Chinese by Accept-Language" },
    error: { type: "string", enum: Object.keys(ERRORS) },
    fields: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "What is wrong with each field at fault, for people",
    },
  },
};

function operationOf(spec: CallSpec, shapes: Shapes): JsonObject {
  const { params, query, body } = spec.input.shape;
  const { errors, security } = ACCESS[spec.access];
  const words = new Set<ErrorCode>([...errors, ...spec.errors]);
  if (Object.keys(spec.input.shape).length > 0) words.add("invalid_fields");
  if (body !== undefined) words.add("bad_request").add("too_large");
  if (spec.method !== "GET") words.add("origin_refused");
  return {
    tags: [spec.tag],
    summary: spec.summary,
    operationId: operationId(spec),
    security,
    parameters: [...parameters("path", params, shapes), ...parameters("query", query, shapes)],
    ...(body instanceof z.ZodType && {
      requestBody: { required: true, content: jsonContent(schemaOf(body, "input", shapes), spec.example) },
    }),
    responses: { "200": answered(spec, shapes), ...refused(words), ...EVERYWHERE },
  };
}

/** What any call may be answered with. */
const EVERYWHERE: JsonObject = {
  "421": { $ref: "#/components/responses/Misdirected" },
  "500": { $ref: "#/components/responses/Internal" },
};

function rawOperation({ path, tag, summary, type, errors }: RawSpec): JsonObject {
  return {
    tags: [tag],
    summary,
    operationId: operationId({ method: "GET", path }),
    security: [],
    parameters: [],
    responses: {
      "200": { description: summary, content: { [type]: {} } },
      ...refused(new Set(errors)),
      ...EVERYWHERE,
    },
  };
}

function operationId({ method, path }: Pick<CallSpec, "method" | "path">): string {
  const name = path.replace(/^\/api\/v1/, "").replace(/[/:_.-]+(\w?)/g, (_, c) => c.toUpperCase());
  return `${method.toLowerCase()}${name}`;
}

function parameters(place: "path" | "query", shape: unknown, shapes: Shapes): JsonObject[] {
  if (!(shape instanceof z.ZodObject)) return [];
  return Object.entries(shape.shape).map(([name, schema]): JsonObject => ({
    name,
    in: place,
    required: place === "path" || (schema instanceof z.ZodType && !schema.safeParse(undefined).success),
    schema: schema instanceof z.ZodType ? schemaOf(schema, "input", shapes) : {},
  }));
}

function answered(spec: CallSpec, shapes: Shapes): JsonObject {
  const hasData = !(spec.data instanceof z.ZodUndefined);
  const schema: JsonObject = {
    type: "object",
    required: ["code", "message", ...(hasData ? ["data"] : [])],
    properties: {
      code: { const: 200 },
      message: { type: "string" },
      ...(hasData && { data: schemaOf(spec.data, "output", shapes) }),
    },
  };
  return { description: spec.done.en, content: jsonContent(schema) };
}

function refused(errors: ReadonlySet<ErrorCode>): JsonObject {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errors) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...byStatus.get(status) ?? [], code]);
  }
  const sorted = [...byStatus].sort(([one], [other]) => one - other);
  return Object.fromEntries(sorted.map(([status, codes]) => [String(status), refusal(status, codes)]));
}

function refusal(status: number, codes: readonly ErrorCode[]): JsonObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].text.en}`).join("; "),
    ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
    content: jsonContent({
      allOf: [
        { $ref: "#/components/schemas/Error" },
        { properties: { code: { const: status }, error: { enum: codes } } },
      ],
    }),
  };
}

const RETRY_AFTER: JsonObject = {
  "Retry-After": {
    description: "Seconds to wait; always there with 429",
    schema: { type: "integer", minimum: 1 },
  },
};

function jsonContent(schema: JsonObject, example?: object): JsonObject {
  return { "application/json": { schema, ...(example && { example: z.json().parse(example) }) } };
}

function schemaOf(schema: z.ZodType, io: "input" | "output", shapes: Shapes): JsonObject {
  return jsonSchema(schema, { target: "draft-2020-12", io, shapes });
}
