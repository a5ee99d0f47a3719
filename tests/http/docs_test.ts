import assert from "node:assert/strict";
import { z } from "zod";
import { ERRORS } from "../../realtime/errors.ts";
import { AppHarness } from "./app_harness.ts";

const Operation = z.object({
  tags: z.array(z.string()).length(1),
  summary: z.string().min(5),
  operationId: z.string().regex(/^\w+$/),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(["path", "query"]),
      required: z.boolean(),
      schema: z.looseObject({}),
    }),
  ),
  requestBody: z.looseObject({}).optional(),
  responses: z.record(z.string().regex(/^\d{3}$/), z.object({ description: z.string().min(1) })),
});
const Verb = z.enum(["get", "post", "put", "patch", "delete"]);
const Document = z.object({
  openapi: z.literal("3.1.0"),
  info: z.object({ title: z.string(), version: z.literal("1.2.3") }),
  paths: z.record(z.string().startsWith("/"), z.partialRecord(Verb, Operation)),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }),
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
  "GET /api/v1/admin/users",
  "PATCH /api/v1/admin/users/{id}",
];

async function read(http: AppHarness, path: string): Promise<string> {
  const response = await http.fetch("GET", path);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  return await response.text();
}

Deno.test("openapi.json names every call of the contract", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { paths } = Document.parse(JSON.parse(await read(http, "/api/v1/openapi.json")));
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  for (const call of CALLS) assert.ok(calls.includes(call), call);
});

Deno.test("openapi.json has one operationId per call, all path parameters, and refers to nothing that is not there", async () => {
  await using http = await AppHarness.open();
  const text = await read(http, "/api/v1/openapi.json");
  const { paths, components } = Document.parse(JSON.parse(text));
  const ids: string[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const operation of Object.values(methods)) {
      if (operation === undefined) continue;
      ids.push(operation.operationId);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const told = operation.parameters.filter((one) => one.in === "path").map((one) => one.name);
      assert.deepEqual(told, named, path);
    }
  }
  assert.equal(new Set(ids).size, ids.length);
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    assert.ok(name !== undefined && name in components.schemas, String(name));
  }
  assert.equal(text.includes("$defs"), false);
});

Deno.test("openapi.json tells the closed set of errors", async () => {
  await using http = await AppHarness.open();
  const { components } = Document.parse(JSON.parse(await read(http, "/api/v1/openapi.json")));
  const Error = z.object({ properties: z.object({ error: z.object({ enum: z.array(z.string()) }) }) });
  assert.deepEqual(Error.parse(components.schemas["Error"]).properties.error.enum, Object.keys(ERRORS));
});

Deno.test("asyncapi.json describes /ws", async () => {
  await using http = await AppHarness.open();
  const document = JSON.parse(await read(http, "/api/v1/asyncapi.json"));
  assert.deepEqual([document.asyncapi, document.info.version, document.channels.socket.address], [
    "3.0.0",
    "1.2.3",
    "/ws",
  ]);
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
