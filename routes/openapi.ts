/**
 * The OpenAPI document, made from the same declarations that validate: the two cannot drift.
 *
 * @module
 */
import { z } from "zod";
import { type ErrorCode, ERRORS } from "../realtime/errors.ts";
import type { Access } from "./askers.ts";
import type { CallSpec } from "./route.ts";

/** JSON, as far as a document needs it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** See {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const ERROR_SCHEMA: JsonObject = {
  type: "object",
  required: ["code", "message", "error"],
  properties: {
    code: { type: "integer", description: "The HTTP status" },
    message: { type: "string", description: "For people, in English or Chinese" },
    error: { type: "string", enum: Object.keys(ERRORS) },
    fields: { type: "object", additionalProperties: { type: "string" } },
  },
};

const ACCESS_ERRORS: Readonly<Record<Access, readonly ErrorCode[]>> = {
  anyone: [],
  reader: ["unauthenticated"],
  person: ["unauthenticated"],
  session: ["unauthenticated"],
  owner: ["unauthenticated", "forbidden"],
};

const SECURITY_SCHEMES: JsonObject = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  cookie: { type: "apiKey", in: "cookie", name: "__Host-session", description: "`session` on plain http" },
};

/** The OpenAPI 3.1 document of these calls, as plain JSON. */
export function openApiDocument(specs: readonly CallSpec[], version: string): JsonObject {
  const schemas: Record<string, Json> = { Error: ERROR_SCHEMA };
  const paths: Record<string, Record<string, Json>> = {};
  for (const spec of specs) {
    const path = spec.path.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[spec.method.toLowerCase()] = operation(spec, schemas);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Go Chat", version, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: { schemas, securitySchemes: SECURITY_SCHEMES },
  };
}

function operation(spec: CallSpec, schemas: Record<string, Json>): JsonObject {
  const { params, query, body } = spec.input.shape;
  const errors = new Set<ErrorCode>([...ACCESS_ERRORS[spec.access], ...spec.errors]);
  if (Object.keys(spec.input.shape).length > 0) errors.add("invalid_fields");
  if (body !== undefined) errors.add("bad_request").add("too_large");
  if (spec.method !== "GET") errors.add("origin_refused");
  return {
    tags: [spec.tag],
    summary: spec.summary,
    operationId: operationId(spec),
    ...(spec.access !== "anyone" && { security: [{ bearer: [] }, { cookie: [] }] }),
    parameters: [...parameters("path", params, schemas), ...parameters("query", query, schemas)],
    ...(body instanceof z.ZodType && {
      requestBody: { required: true, content: jsonContent(toSchema(body, "input", schemas)) },
    }),
    responses: { "200": answered(spec, schemas), ...refused(errors) },
  };
}

function operationId({ method, path }: CallSpec): string {
  return `${method.toLowerCase()}${
    path.replace(/^\/api\/v1/, "").replace(/[/:_-]+(\w?)/g, (_, c) => c.toUpperCase())
  }`;
}

function parameters(place: "path" | "query", shape: unknown, schemas: Record<string, Json>): JsonObject[] {
  if (!(shape instanceof z.ZodObject)) return [];
  return Object.entries(shape.shape).map(([name, schema]): JsonObject => ({
    name,
    in: place,
    required: place === "path" || (schema instanceof z.ZodType && !schema.safeParse(undefined).success),
    schema: schema instanceof z.ZodType ? toSchema(schema, "input", schemas) : {},
  }));
}

function answered(spec: CallSpec, schemas: Record<string, Json>): JsonObject {
  const hasData = !(spec.data instanceof z.ZodUndefined);
  const schema: JsonObject = {
    type: "object",
    required: ["code", "message", ...(hasData ? ["data"] : [])],
    properties: {
      code: { const: 200 },
      message: { type: "string" },
      ...(hasData && { data: toSchema(spec.data, "output", schemas) }),
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
  return Object.fromEntries(
    [...byStatus].sort(([one], [other]) => one - other).map(([status, codes]) => [String(status), {
      description: codes.map((code) => `\`${code}\`: ${ERRORS[code].text.en}`).join("; "),
      content: jsonContent({ $ref: "#/components/schemas/Error" }),
    }]),
  );
}

function jsonContent(schema: JsonObject): JsonObject {
  return { "application/json": { schema } };
}

/** Shared shapes move to the document's components: a `$ref` counts from the document's root. */
function toSchema(schema: z.ZodType, io: "input" | "output", schemas: Record<string, Json>): JsonObject {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ jsonSchema }): void {
      // A number in a path or a query is text that was checked by a pattern; a client need not know.
      if (jsonSchema.type === "integer") delete jsonSchema.pattern;
    },
  });
  const text = JSON.stringify(made).replaceAll("#/$defs/", "#/components/schemas/");
  const { $schema: _, $defs, ...own } = JsonObjectSchema.parse(JSON.parse(text));
  for (const [name, shape] of Object.entries(JsonObjectSchema.parse($defs ?? {}))) {
    schemas[name] = withoutId(JsonObjectSchema.parse(shape));
  }
  const { id } = own;
  if (typeof id !== "string") return own;
  schemas[id] = withoutId(own);
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _, ...rest }: JsonObject): JsonObject {
  return rest;
}

const JsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.custom<Json>(() => true));
