/**
 * The page's files, kept in memory: no request reaches the file system, so none can leave the folder.
 *
 * @module
 */
import { getLogger } from "@logtape/logtape";
import type { ServerFacts } from "./about.ts";
import type { Facts } from "./facts.ts";
import { type Asset, toAsset } from "./page/asset.ts";
import { Compressor } from "./page/compressor.ts";
import { acceptedEncodings, type Encoding } from "./page/encoding.ts";
import { ModuleCache } from "./page/module_cache.ts";
import { type Files, joinPage, plainPage } from "./page/served_page.ts";
import { PAGE_FILES } from "./page_files.ts";

const log = getLogger(["chat", "http"]);

/** Tests stand beside their files and are nobody's to fetch. */
const UNSERVED = /^\.|_test\.|\.ts$/;
/** What a view of the page begins with, also where a service worker answers for the page itself. */
const BEGINNINGS = new Set(["/", "/index.html", "/shell.json", "/sw.js"]);
const YEAR_S = 365 * 86_400;
/** At the end of an ETag, as each encoding is a representation of its own. */
const TAG_ENDS: Readonly<Record<Encoding, string>> = { br: "-br", gzip: "-gz", identity: "" };

/** The files under one folder, and the page joined from them. */
export class Assets {
  readonly #root: string;
  readonly #facts: ServerFacts;
  readonly #modules = new ModuleCache();
  readonly #compressor = new Compressor();
  #files: Files;
  /** What is served beside the files or in their place; made when it is first asked for. */
  #page: Files | null = null;

  /** Reads the folder; where the runtime does not allow that, takes the files the program was loaded with. */
  constructor(root: string, facts: ServerFacts) {
    this.#root = root;
    this.#facts = facts;
    this.#files = this.#isReadable() ? readFolder(root) : loadedFiles();
  }

  /** Whether a view of the page begins with this path. */
  static isBeginning(path: string): boolean {
    return BEGINNINGS.has(path);
  }

  /** Reads the folder again, for development. What did not change is neither joined nor compressed anew. */
  reload(): void {
    if (!this.#isReadable()) return;
    const files = readFolder(this.#root);
    if (isSame(files, this.#files)) return;
    this.#files = files;
    this.#page = null;
    this.#compressor.keepOnly([...files.values(), ...this.#joined().values()]);
  }

  /** Joins the page, and compresses what it consists of, as small as it can be. Logs what goes wrong. */
  async prepare(): Promise<void> {
    try {
      await this.#compressor.prepare(this.#joined().values());
    } catch (error) {
      log.warning("The page is served less compressed: {error}", { error });
    }
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
    const isCompressed = this.#compressor.isWorth(asset);
    const accepted = isCompressed
      ? acceptedEncodings(request.headers.get("accept-encoding"))
      : ["identity"] as const;
    const headers = new Headers({
      "content-type": asset.type,
      // Always asked about, never sent twice: the page and its parts must be of one version.
      "cache-control": asset.isImmutable ? `public, max-age=${YEAR_S}, immutable` : "no-cache",
    });
    if (isCompressed) headers.set("vary", "accept-encoding");
    const known = accepted.map((one) => tagOf(asset, one))
      .find((tag) => isKnown(request.headers.get("if-none-match"), tag));
    if (known !== undefined) {
      headers.set("etag", known);
      return new Response(null, { status: 304, headers });
    }
    const { encoding, bytes } = this.#encode(asset, accepted);
    headers.set("etag", tagOf(asset, encoding));
    if (encoding !== "identity") headers.set("content-encoding", encoding);
    headers.set("content-length", String(bytes.length));
    return new Response(request.method === "HEAD" ? null : bytes, { headers });
  }

  /** In the first of these encodings that it is there in. */
  #encode(
    asset: Asset,
    accepted: readonly Encoding[],
  ): { readonly encoding: Encoding; readonly bytes: Uint8Array<ArrayBuffer> } {
    for (const encoding of accepted) {
      const bytes = this.#compressor.encode(asset, encoding);
      if (bytes !== null) return { encoding, bytes };
    }
    return { encoding: "identity", bytes: asset.bytes };
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
    return this.#joined().get(path) ?? this.#files.get(path) ?? this.#files.get(`${folder}index.html`) ??
      null;
  }

  /** A page that cannot be joined is served as it lies there, which works as well and takes longer. */
  #joined(): Files {
    try {
      return this.#page ??= joinPage(this.#files, this.#facts, this.#modules.read);
    } catch (error) {
      log.error("The page is served in all its files: {reason}", {
        reason: error instanceof Error ? error.message : String(error),
      });
      return this.#page = plainPage(this.#files, this.#facts);
    }
  }
}

function readFolder(root: string, prefix = "/"): Files {
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

function loadedFiles(): Files {
  return new Map([...PAGE_FILES].map(([path, content]) => [path, toAsset(path, content)]));
}

function isSame(files: Files, others: Files): boolean {
  return files.size === others.size &&
    [...files].every(([path, { hash }]) => others.get(path)?.hash === hash);
}

function tagOf({ hash }: Asset, encoding: Encoding): string {
  return `"${hash}${TAG_ENDS[encoding]}"`;
}

function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(",").some((one) => [etag, "*"].includes(one.trim().replace(/^W\//, "")));
}
