/**
 * Compressed files: made once for each content, kept by its hash.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { Asset } from "./asset.ts";
import workerSource from "./brotli_worker.js" with { type: "text" };
import type { Encoding } from "./encoding.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Smaller files gain nothing. */
const MIN_BYTES = 1_024;
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|manifest\+json|javascript)|image\/svg)/;
/** Some 10 ms for a script of 250 KB, once; a tenth less than the usual level takes half of that. */
const GZIP = { level: 9 } as const;

/** Compresses files. */
export class Compressor {
  readonly #gzipped = new Map<string, Bytes>();
  readonly #brotlied = new Map<string, Bytes>();

  /** Whether a file is worth compressing. */
  isWorth({ type, bytes }: Asset): boolean {
    return bytes.length >= MIN_BYTES && COMPRESSIBLE.test(type);
  }

  /** A file that is worth it in an encoding, or null while that is not there: brotli comes by {@link prepare}. */
  encode(asset: Asset, encoding: Encoding): Bytes | null {
    if (encoding === "identity") return asset.bytes;
    if (encoding === "br") return this.#brotlied.get(asset.hash) ?? null;
    const known = this.#gzipped.get(asset.hash);
    if (known !== undefined) return known;
    const zipped = new Uint8Array(gzipSync(asset.bytes, GZIP));
    this.#gzipped.set(asset.hash, zipped);
    return zipped;
  }

  /** Makes the brotli of these files, those worth it, in a thread that ends after it. */
  async prepare(assets: Iterable<Asset>): Promise<void> {
    const waiting = new Map<string, Bytes>();
    for (const asset of assets) {
      if (this.isWorth(asset) && !this.#brotlied.has(asset.hash)) waiting.set(asset.hash, asset.bytes);
    }
    if (waiting.size === 0) return;
    using worker = new BrotliWorker();
    for (const [hash, bytes] of waiting) this.#brotlied.set(hash, await worker.compress(bytes));
  }

  /** Forgets every content but these. */
  keepOnly(assets: Iterable<Asset>): void {
    const kept = new Set([...assets].map(({ hash }) => hash));
    for (const encoded of [this.#gzipped, this.#brotlied]) {
      for (const hash of encoded.keys()) if (!kept.has(hash)) encoded.delete(hash);
    }
  }
}

class BrotliWorker implements Disposable {
  readonly #worker = new Worker(`data:text/javascript,${encodeURIComponent(workerSource)}`, {
    type: "module",
    name: "brotli",
  });

  /** One at a time. */
  compress(bytes: Bytes): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = (event: MessageEvent<Bytes>): void => resolve(event.data);
      this.#worker.onerror = (event): void => {
        // Unless prevented, the death of a worker is the death of the process.
        event.preventDefault();
        reject(new Error(`Cannot compress: ${event.message}`));
      };
      this.#worker.postMessage(bytes);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
