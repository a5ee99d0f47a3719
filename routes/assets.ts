/**
 * The page's files, kept in memory: no request reaches the file system, so none can leave the folder.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { getMimeType } from "hono/utils/mime";
import type { Facts } from "./facts.ts";
import { PAGE_FILES } from "./page_files.ts";

/** Smaller files gain nothing. */
const MIN_COMPRESSED = 1_024;
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|manifest\+json|javascript)|image\/svg)/;
/** Tests stand beside their files and are nobody's to fetch. */
const UNSERVED = /^\.|_test\.|\.ts$/;

interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly compressed: Uint8Array<ArrayBuffer> | null;
  readonly etag: string;
}

/** The files under one folder. */
export class Assets {
  readonly #root: string;
  #files: ReadonlyMap<string, Asset>;

  /** Reads the folder; where the runtime does not allow that, takes the files the program was loaded with. */
  constructor(root: string) {
    this.#root = root;
    this.#files = this.#isReadable() ? readFolder(root) : loadedFiles();
  }

  /** Reads the folder again, for development. */
  reload(): void {
    if (this.#isReadable()) this.#files = readFolder(this.#root);
  }

  /** Whether there is an image at a path. */
  hasImage(path: string): boolean {
    return this.#files.get(path)?.type.startsWith("image/") ?? false;
  }

  /** Whether there is a file for a path. */
  has(path: string): boolean {
    return this.#find(path) !== null;
  }

  /** The file for the request's path, or null when there is none. */
  answer({ request, url }: Pick<Facts, "request" | "url">): Response | null {
    const asset = this.#find(url.pathname);
    if (asset === null) return null;
    const isZipped = asset.compressed !== null && acceptsGzip(request.headers.get("accept-encoding"));
    const etag = isZipped ? `"${asset.etag}-gz"` : `"${asset.etag}"`;
    const headers = new Headers({
      etag,
      "content-type": asset.type,
      // Always asked about, never sent twice: the page and its parts must be of one version.
      "cache-control": "no-cache",
    });
    if (asset.compressed !== null) headers.set("vary", "accept-encoding");
    if (isKnown(request.headers.get("if-none-match"), etag)) {
      return new Response(null, { status: 304, headers });
    }
    const body = isZipped ? asset.compressed : asset.bytes;
    if (isZipped) headers.set("content-encoding", "gzip");
    headers.set("content-length", String(body?.length ?? 0));
    return new Response(request.method === "HEAD" ? null : body, { headers });
  }

  #isReadable(): boolean {
    return Deno.permissions.querySync({ name: "read", path: this.#root }).state === "granted";
  }

  #find(pathname: string): Asset | null {
    let path: string;
    try {
      path = decodeURIComponent(pathname);
    } catch {
      return null;
    }
    const folder = path.endsWith("/") ? path : `${path}/`;
    return this.#files.get(path) ?? this.#files.get(`${folder}index.html`) ?? null;
  }
}

function readFolder(root: string, prefix = "/"): ReadonlyMap<string, Asset> {
  const files = new Map<string, Asset>();
  for (const entry of Deno.readDirSync(root)) {
    if (UNSERVED.test(entry.name)) continue;
    const path = `${root}/${entry.name}`;
    if (entry.isDirectory) {
      for (const [name, asset] of readFolder(path, `${prefix}${entry.name}/`)) files.set(name, asset);
    } else if (entry.isFile) files.set(prefix + entry.name, toAsset(entry.name, Deno.readFileSync(path)));
  }
  return files;
}

function loadedFiles(): ReadonlyMap<string, Asset> {
  const encoder = new TextEncoder();
  return new Map([...PAGE_FILES].map(([path, text]) => [path, toAsset(path, encoder.encode(text))]));
}

function toAsset(name: string, bytes: Uint8Array<ArrayBuffer>): Asset {
  const type = getMimeType(name) ?? "application/octet-stream";
  const isWorthIt = bytes.length >= MIN_COMPRESSED && COMPRESSIBLE.test(type);
  return {
    type,
    bytes,
    compressed: isWorthIt ? new Uint8Array(gzipSync(bytes)) : null,
    etag: createHash("sha256").update(bytes).digest("base64url").slice(0, 22),
  };
}

function acceptsGzip(header: string | null): boolean {
  return header !== null &&
    /(?:^|[\s,])gzip(?:\s*;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?\s*(?:,|$)/i.test(header);
}

function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(",").some((one) => [etag, "*"].includes(one.trim().replace(/^W\//, "")));
}
