/**
 * Holds every answer of the HTTP tests against openapi.json: what is answered is documented, and nothing more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { assertTimes, type CheckAgainst, pointerPart, readSchemas } from "../support/schemas.ts";

const Operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })),
  requestBody: z.looseObject({}).optional(),
  responses: z.record(z.string(), z.looseObject({ $ref: z.string().optional() })),
});
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** One request and what came of it. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** What was sent as JSON; undefined where it was sent in another way. */
  readonly body: unknown;
  readonly response: Response;
}

/** An exchange of a documented call. */
export interface Noted {
  /** `GET /api/v1/users`, as documented. */
  readonly call: string;
  readonly status: number;
}

/** The document of one version of the program. */
export class DocumentedCalls {
  /** Every documented call, as `GET /api/v1/users`. */
  readonly calls: readonly string[];
  readonly #paths: z.infer<typeof Document>["paths"];
  readonly #answers: CheckAgainst;
  readonly #requests: CheckAgainst;

  constructor(text: string) {
    const document = Document.parse(JSON.parse(text));
    this.#paths = document.paths;
    this.calls = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
    );
    this.#answers = readSchemas(document, { dialect: "draft-2020-12", strict: true });
    this.#requests = readSchemas(document, { dialect: "draft-2020-12", strict: false });
  }

  /** Asserts that an exchange is as documented. Null: it was none of the documented calls. */
  async check({ method, url, body, response }: Exchange): Promise<Noted | null> {
    const path = this.#pathOf(url.pathname);
    const operation = this.#paths[path]?.[method.toLowerCase()];
    if (operation === undefined || response.status === 304) return null;
    const call = `${method} ${path}`;
    const at = `#/paths/${pointerPart(path)}/${method.toLowerCase()}`;
    const { status } = response;
    const documented = operation.responses[status];
    assert.ok(documented !== undefined, `${call} answered ${status}, which is not documented`);
    const answerAt = documented.$ref ?? `${at}/responses/${status}`;
    const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const pointer = `${answerAt}/content/${pointerPart(type)}`;
    if (type === "application/json" && !url.pathname.endsWith(".json")) {
      const text = await response.clone().text();
      assertTimes(text);
      this.#answers(`${pointer}/schema`, JSON.parse(text));
    }
    if (status === 200) this.#checkRequest(operation, { at, url, body });
    return { call, status };
  }

  /** What was taken is documented as something to send. */
  #checkRequest(
    operation: z.infer<typeof Operation>,
    { at, url, body }: { readonly at: string; readonly url: URL; readonly body: unknown },
  ): void {
    const names = operation.parameters.filter((one) => one.in === "query").map((one) => one.name);
    for (const name of url.searchParams.keys()) {
      assert.ok(
        name === "user_id" || names.includes(name),
        `${at}: the parameter "${name}" is not documented`,
      );
    }
    if (body === undefined || operation.requestBody === undefined) return;
    this.#requests(`${at}/requestBody/content/application~1json/schema`, JSON.parse(JSON.stringify(body)));
  }

  #pathOf(pathname: string): string {
    if (Object.hasOwn(this.#paths, pathname)) return pathname;
    const parts = pathname.split("/");
    const found = Object.keys(this.#paths).find((path) => {
      const pattern = path.split("/");
      return pattern.length === parts.length &&
        pattern.every((part, at) => part.startsWith("{") ? parts[at] !== "" : part === parts[at]);
    });
    return found ?? pathname;
  }
}
