/**
 * Checks values against the JSON Schemas inside a served document, so that what is documented is what happens.
 *
 * @module
 */
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** Asserts that a value is what the schema at a JSON pointer of the document says. */
export type CheckAgainst = (pointer: string, value: unknown) => void;

/** How the schemas of a document are read. */
export interface SchemasOptions {
  /** The dialect: OpenAPI 3.1 speaks 2020-12, AsyncAPI 3.0 draft 7. */
  readonly dialect: "draft-7" | "draft-2020-12";
  /**
   * Whether keys that are not documented are refused. Clients are told to ignore them, and the server says
   * nothing that is not documented.
   */
  readonly strict: boolean;
}

/** Reads the schemas of a document. Each is compiled when it is first asked for. */
export function readSchemas(document: object, { dialect, strict }: SchemasOptions): CheckAgainst {
  // Not strict about `components`, which goes with each schema so that its references lead somewhere.
  const options = { strict: false, allErrors: true };
  const ajv = dialect === "draft-7" ? new Ajv(options) : new Ajv2020(options);
  formats.default(ajv);
  const root = strict ? closed(document) : document;
  const components: unknown = Reflect.get(root, "components");
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      validate = ajv.compile({ ...partOf(root, pointer), components });
      compiled.set(pointer, validate);
    }
    if (validate(value)) return;
    throw new Error(
      `${pointer}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)?.slice(0, 500)}`,
    );
  };
}

function partOf(root: object, pointer: string): object {
  let part: unknown = root;
  for (const name of pointer.split("/").slice(1)) {
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    part = typeof part === "object" && part !== null && Object.hasOwn(part, key)
      ? Reflect.get(part, key)
      : null;
  }
  if (typeof part !== "object" || part === null) {
    throw new RangeError(`The document has nothing at ${pointer}`);
  }
  return part;
}

/** Asserts that every time in a JSON text is UTC with milliseconds, which is more than a schema's format says. */
export function assertTimes(text: string): void {
  for (const [, time = ""] of text.matchAll(/"(\d{4}-\d\d-\d\dT[^"]*)"/g)) {
    if (!/T\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) throw new Error(`"${time}" is not UTC with milliseconds`);
  }
}

/** A part of a path in a JSON pointer. */
export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A copy in which objects have the named properties only; the parts of an `allOf` stay open, as one adds to another. */
function closed(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      if (typeof inner !== "object" || inner === null || key === "allOf") return [key, inner];
      return [key, Array.isArray(inner) ? inner.map((one: unknown) => closedIfObject(one)) : closeOne(inner)];
    }),
  );
}

function closeOne(value: object): object {
  const isOpen = Object.hasOwn(value, "properties") && !Object.hasOwn(value, "additionalProperties");
  return { ...closed(value), ...(isOpen ? { additionalProperties: false } : {}) };
}

function closedIfObject(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? closeOne(value) : value;
}
