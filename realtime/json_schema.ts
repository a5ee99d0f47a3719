/**
 * JSON Schemas of our zod schemas, as the served documents need them.
 *
 * @module
 */
import { z } from "zod";

/** JSON, as far as a document needs it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** See {@link Json}. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const COMPONENTS = "#/components/schemas/";

/** Which form of JSON Schema a document speaks, and what it says of. */
export interface SchemaOptions {
  readonly target: "draft-7" | "draft-2020-12";
  /** `input`: what is taken; `output`: what is answered. */
  readonly io: "input" | "output";
  /** Where shapes that have a name are put. */
  readonly shapes: Record<string, Json>;
}

/**
 * The JSON Schema of `schema`. A shape with an id goes into `shapes`, and is referred to as a part of the
 * document's components: a `$ref` counts from the document's root.
 */
export function jsonSchema(schema: z.ZodType, { target, io, shapes }: SchemaOptions): JsonObject {
  const made = z.toJSONSchema(schema, {
    target,
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => forClients(jsonSchema),
  });
  const { $schema: _, $defs, definitions, ...own } = fromComponents(made);
  Object.assign(shapes, $defs ?? definitions ?? {});
  return own;
}

/** A copy that refers to the document's components. */
function fromComponents(schema: z.core.JSONSchema.BaseSchema): JsonObject {
  const copied = (value: Json): Json => {
    if (typeof value === "string") return value.replace(/^#\/(?:\$defs|definitions)\//, COMPONENTS);
    if (value === null || typeof value !== "object") return value;
    if (isList(value)) return value.map(copied);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)]));
  };
  return ObjectOfJson.parse(copied(z.json().parse(schema)));
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

/** Takes out what says nothing to a client, or more than is promised. */
function forClients(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.id;
  // A number in a path or a query is text that was checked by a pattern, a time has its format.
  if (schema.type === "integer" || schema.format === "date-time") delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // Answers may get more keys with time.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}

const ObjectOfJson: z.ZodType<JsonObject> = z.record(z.string(), z.json());
