/**
 * The documents of the API and of the socket; the page that shows them is `static/docs/`.
 *
 * @module
 */
import { asyncApiDocument } from "../realtime/asyncapi.ts";
import { openApiDocument } from "./openapi.ts";
import type { Routes } from "./route.ts";

const DOCUMENTS: Readonly<Record<string, string>> = {
  "/api/v1/openapi.json": "This document: what HTTP answers",
  "/api/v1/asyncapi.json": "The document of the socket",
};

/** Mounts the documents; to be called when all calls are mounted. */
export function mountDocs(routes: Routes, version: string): void {
  const texts = new Map<string, string>();
  for (const [path, summary] of Object.entries(DOCUMENTS)) {
    const spec = { path, tag: "documents", summary, type: "application/json", errors: [] };
    routes.raw(spec, () =>
      new Response(texts.get(path), {
        headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache" },
      }));
  }
  // Now that both are mounted, so that the document names itself.
  const { specs, raws } = routes;
  texts.set("/api/v1/openapi.json", JSON.stringify(openApiDocument({ specs, raws, version })));
  texts.set("/api/v1/asyncapi.json", JSON.stringify(asyncApiDocument(version)));
}
