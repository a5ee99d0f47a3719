/**
 * The documents of the API and of the socket; the page that shows them is `static/docs/`.
 *
 * @module
 */
import { asyncApiDocument } from "../realtime/asyncapi.ts";
import { openApiDocument } from "./openapi.ts";
import type { Routes } from "./route.ts";

/** Mounts the documents; to be called when all calls are mounted. */
export function mountDocs(routes: Routes, version: string): void {
  const documents: ReadonlyMap<string, object> = new Map([
    ["/api/v1/openapi.json", openApiDocument(routes.specs, version)],
    ["/api/v1/asyncapi.json", asyncApiDocument(version)],
  ]);
  for (const [path, document] of documents) {
    const text = JSON.stringify(document);
    routes.raw(path, () =>
      new Response(text, {
        headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache" },
      }));
  }
}
