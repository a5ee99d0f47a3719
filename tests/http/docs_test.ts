/**
 * The two documents: valid by their formats' own schemas, whole, and without a word that is not the program's.
 *
 * AsyncAPI is judged by the official JSON Schema (`@asyncapi/specs`) rather than by the official parser, which is
 * that schema and 160 packages more: whoever starts the program from a checkout fetches all of the lockfile. What
 * the parser finds beyond the schema, dangling references and examples against their schemas, is asked here.
 *
 * @module
 */
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { Validator } from "@seriousme/openapi-schema-validator";
import assert from "node:assert/strict";
import { z } from "zod";
import { CLOSE } from "../../realtime/close.ts";
import { ERRORS, FRAME_ERRORS } from "../../realtime/errors.ts";
import { ClientFrame, ServerFrame } from "../../realtime/frames.ts";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { pointerPart, readSchemas } from "../support/schemas.ts";
import { AppHarness } from "./app_harness.ts";

const Operation = z.object({
  tags: z.array(z.string()).length(1),
  summary: z.string().min(5),
  operationId: z.string().regex(/^\w+$/),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(["path", "query", "header"]),
      required: z.boolean(),
      schema: z.looseObject({}),
    }),
  ),
  requestBody: z.object({
    content: z.object({
      "application/json": z.object({ schema: z.looseObject({}), example: z.looseObject({}) }),
    }),
  }).optional(),
  responses: z.record(
    z.string().regex(/^\d{3}$/),
    z.union([z.looseObject({ description: z.string().min(1) }), z.object({ $ref: z.string() })]),
  ),
});
const Verb = z.enum(["get", "post", "put", "patch", "delete"]);
const OpenApi = z.looseObject({
  openapi: z.literal("3.1.0"),
  info: z.looseObject({ title: z.string(), version: z.literal("1.2.3") }),
  paths: z.record(z.string().startsWith("/"), z.partialRecord(Verb, Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});
const AsyncApi = z.looseObject({
  asyncapi: z.literal("3.0.0"),
  info: z.looseObject({ version: z.literal("1.2.3"), description: z.string() }),
  channels: z.object({ socket: z.looseObject({ address: z.literal("/ws") }) }),
  operations: z.record(z.string(), z.looseObject({ messages: z.array(z.object({ $ref: z.string() })) })),
  components: z.looseObject({
    messages: z.record(
      z.string(),
      z.object({
        name: z.string(),
        title: z.string(),
        summary: z.string().min(10),
        payload: z.looseObject({}),
        examples: z.array(z.object({ name: z.string(), payload: z.looseObject({}) })).min(1),
      }),
    ),
  }),
  "x-close-codes": z.array(z.object({ code: z.number(), reason: z.string(), reconnect: z.boolean() })),
  "x-errors": z.array(z.object({ code: z.number(), error: z.string(), temporary: z.boolean() })),
});

/** The table of contract §2. */
const CALLS = [
  "POST /api/v1/auth/register",
  "POST /api/v1/auth/login",
  "POST /api/v1/auth/logout",
  "GET /api/v1/auth/sessions",
  "DELETE /api/v1/auth/sessions",
  "DELETE /api/v1/auth/sessions/{id}",
  "PUT /api/v1/auth/password",
  "GET /api/v1/user/profile",
  "GET /api/v1/user/me",
  "PATCH /api/v1/user/me",
  "GET /api/v1/users",
  "GET /api/v1/ws/online-users",
  "GET /api/v1/conversations",
  "GET /api/v1/conversations/{id}/messages",
  "POST /api/v1/messages",
  "POST /api/v1/invites",
  "GET /api/v1/invites",
  "DELETE /api/v1/invites/{id}",
  "GET /api/v1/admin/figures",
  "GET /api/v1/admin/users",
  "PATCH /api/v1/admin/users/{id}",
  "GET /api/v1/server",
  "GET /api/v1/openapi.json",
  "GET /api/v1/asyncapi.json",
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
  "GET /ws",
];

async function read(path: string): Promise<unknown> {
  await using http = await AppHarness.open({ mode: "release" });
  const response = await http.fetch("GET", path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  return await response.json();
}

async function openApi(): Promise<z.infer<typeof OpenApi>> {
  return OpenApi.parse(await read("/api/v1/openapi.json"));
}

async function asyncApi(): Promise<z.infer<typeof AsyncApi>> {
  return AsyncApi.parse(await read("/api/v1/asyncapi.json"));
}

/** Every `$ref` of a document leads to something in it that is no reference again. */
function assertReferencesLead(document: object): void {
  for (const [, pointer = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let part: unknown = document;
    for (const name of pointer.split("/")) part = Object(part)[name.replaceAll("~1", "/")];
    assert.ok(typeof part === "object" && part !== null, pointer);
    const isChannelMessage = pointer.startsWith("channels/socket/messages/");
    assert.equal(Object.hasOwn(part, "$ref"), isChannelMessage, pointer);
  }
}

Deno.test("GET /openapi.json is valid by the validator of OpenAPI", async () => {
  const document = await openApi();
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, "3.1");
  assertReferencesLead(document);
});

Deno.test("GET /openapi.json names every call of the contract, and no call that is not there", async () => {
  const { paths } = await openApi();
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assert.deepEqual(calls.toSorted(), CALLS.toSorted());
});

Deno.test("GET /openapi.json has one operationId per call, all path parameters, and an example of each body", async () => {
  const document = await openApi();
  const takes = readSchemas(document, { dialect: "draft-2020-12", strict: true });
  const ids: string[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      ids.push(operation.operationId);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const told = operation.parameters.filter((one) => one.in === "path").map((one) => one.name);
      assert.deepEqual(told, named, path);
      if (operation.requestBody === undefined) continue;
      const at = `#/paths/${pointerPart(path)}/${method}/requestBody/content/application~1json/schema`;
      takes(at, operation.requestBody.content["application/json"].example);
    }
  }
  assert.equal(new Set(ids).size, ids.length);
});

Deno.test("GET /openapi.json tells the closed set of errors, and each call its own", async () => {
  const { components, paths } = await openApi();
  const Error = z.object({ properties: z.object({ error: z.object({ enum: z.array(z.string()) }) }) });
  assert.deepEqual(Error.parse(components.schemas["Error"]).properties.error.enum, Object.keys(ERRORS));
  const login = JSON.stringify(paths["/api/v1/auth/login"]?.post?.responses["401"]);
  assert.match(login, /"error":\{"enum":\["login_failed"\]\}/);
});

Deno.test("GET /asyncapi.json is valid by the schema of AsyncAPI", async () => {
  const document = await asyncApi();
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(asyncApiSchema);
  assert.ok(validate(document), ajv.errorsText(validate.errors));
  assert.equal(validate({ ...document, channels: [] }), false, "and the schema would tell");
  assertReferencesLead(document);
});

Deno.test("GET /asyncapi.json has every frame, with an example that the wire's schemas take", async () => {
  const document = await asyncApi();
  const check = readSchemas(document, { dialect: "draft-7", strict: true });
  const wanted = [
    ...ClientFrame.options.map((one) => `client_${one.shape.type.value}`),
    ...ServerFrame.options.map((one) => `server_${one.shape.type.value}`),
  ];
  const { messages } = document.components;
  assert.deepEqual(Object.keys(messages), wanted);
  const operated = Object.values(document.operations).flatMap((one) => one.messages.map(({ $ref }) => $ref));
  assert.deepEqual(operated, wanted.map((name) => `#/channels/socket/messages/${name}`));
  for (const [name, { examples }] of Object.entries(messages)) {
    const frames = name.startsWith("client_") ? ClientFrame : ServerFrame;
    for (const { payload } of examples) {
      check(`#/components/messages/${name}/payload`, payload);
      frames.parse(payload);
    }
  }
});

Deno.test("GET /asyncapi.json tells every close code and every word of an error frame", async () => {
  const document = await asyncApi();
  assert.deepEqual(document["x-close-codes"], Object.values(CLOSE));
  assert.deepEqual(document["x-errors"].map((one) => one.error), [...FRAME_ERRORS]);
  for (const { code, reason } of Object.values(CLOSE)) {
    assert.ok(document.info.description.includes(`- ${code} ${reason}: `), reason);
  }
  for (const word of FRAME_ERRORS) assert.ok(document.info.description.includes(`\`${word}\``), word);
});

Deno.test("The page at /docs asks nobody but this server, and has no inline script or style", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  for (const path of ["/docs", "/docs/"]) {
    const response = await http.fetch("GET", path);
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    const html = await response.text();
    assert.equal(/https?:\/\/|<style|style=|<script(?![^>]*src=)|\son\w+=/.test(html), false);
    for (const [, source] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const part = await http.fetch("GET", source ?? "");
      assert.equal(part.status, 200, String(source));
      await part.body?.cancel();
    }
  }
});
