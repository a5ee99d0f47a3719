/**
 * What a backup is packed in: a first line, the records as one zstd stream, and a last line with the SHA-256 of all
 * before it. `head -c -73 FILE | sha256sum` computes the same.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import type { Transform } from "node:stream";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { BackupDamagedError } from "./errors.ts";
import { type BackupHeader, MAX_HEADER_BYTES, parseHeader } from "./header.ts";
import { MAX_RECORD_BYTES } from "./records.ts";

/** Records are packed in pieces of about this many characters. */
const PIECE = 65_536;
/** At this level packing is faster than reading any store, and gzip is two to five times slower for more bytes. */
const LEVEL = 1;
/** How far a stream may look back, as a power of two: what unpacking may take of the memory, 8 MiB. */
const WINDOW_LOG = 23;
/** Of the last line with the end of the one before. */
const SEAL_BYTES = 73;

/** The bytes of a backup. */
export type Bytes = AsyncIterable<Uint8Array>;

/** Packs a first line and records. */
export async function* seal(header: string, lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  const first = Buffer.from(header);
  hash.update(first);
  yield first;
  const pack = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  for await (const chunk of through(inPieces(lines), pack)) {
    hash.update(chunk);
    yield chunk;
  }
  yield Buffer.from(sealOf(hash));
}

/** A backup that is being read. */
export interface Unsealed {
  readonly header: BackupHeader;
  /** The records; ends only when the last line is there and right. Throws {@link BackupDamagedError}. */
  readonly lines: AsyncGenerator<string>;
}

/** Reads the first line. Throws {@link BackupDamagedError}. */
export async function unseal(bytes: Bytes): Promise<Unsealed> {
  const source = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const next = await source.next();
    if (next.done === true) {
      throw new BackupDamagedError("it is not a backup of Go Chat: it has no first line");
    }
    head = Buffer.concat([head, next.value]);
    end = head.subarray(0, MAX_HEADER_BYTES).indexOf(10);
    if (end < 0 && head.length >= MAX_HEADER_BYTES) {
      await source.return?.();
      throw new BackupDamagedError("it is not a backup of Go Chat: its first line is too long");
    }
  }
  const header = parseHeader(head.subarray(0, end).toString("utf8"));
  const hash = createHash("sha256").update(head.subarray(0, end + 1));
  return { header, lines: linesOf(unpacked(head.subarray(end + 1), source, hash)) };
}

/** What is left when everything was passed on. */
interface Held {
  seal: Buffer;
  /** Why the file cannot be read. */
  failure: unknown;
}

async function* unpacked(
  first: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  const unpack = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
  const held: Held = { seal: Buffer.alloc(0), failure: null };
  try {
    yield* through(withoutSeal(first, source, { hash, held }), unpack);
  } catch {
    // Whatever is not the file's own failure is the unpacking's, and runtimes have different words for it.
    throw held.failure ?? new BackupDamagedError("its compressed part is cut or altered");
  }
  if (held.seal.toString("latin1") !== sealOf(hash)) {
    throw new BackupDamagedError(
      "it is cut or altered: the checksum in its last line is not that of the file",
    );
  }
}

/** Passes on everything but the last line, which is kept. */
async function* withoutSeal(
  first: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  { hash, held }: { readonly hash: Hash; readonly held: Held },
): AsyncGenerator<Uint8Array> {
  let waiting = Buffer.from(first);
  try {
    for (;;) {
      const ready = waiting.subarray(0, Math.max(0, waiting.length - SEAL_BYTES));
      if (ready.length > 0) {
        hash.update(ready);
        yield ready;
      }
      waiting = waiting.subarray(ready.length);
      const next = await source.next();
      if (next.done === true) break;
      waiting = Buffer.concat([waiting, next.value]);
    }
    held.seal = waiting;
  } catch (error) {
    held.failure = error;
    throw error;
  } finally {
    await source.return?.();
  }
}

/** What becomes of `source`, which is read to its end even where the stream in it ends earlier. */
async function* through(source: Bytes, transform: Transform): AsyncGenerator<Uint8Array> {
  let isWanted = true;
  // Whoever reads from it is told.
  transform.on("error", () => {});
  const feeding = feed(source, transform, () => isWanted);
  feeding.catch(() => {});
  try {
    for await (const chunk of transform) yield chunk;
    await feeding;
  } finally {
    isWanted = false;
    transform.destroy();
    await feeding.catch(() => {});
  }
}

async function feed(source: Bytes, transform: Transform, isWanted: () => boolean): Promise<void> {
  try {
    for await (const chunk of source) {
      if (!isWanted()) return;
      if (!transform.destroyed && !transform.write(chunk)) await drained(transform);
    }
    if (!transform.destroyed) transform.end();
  } catch (error) {
    transform.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** Resolves when it takes more, or never will. */
async function drained(transform: Transform): Promise<void> {
  if (transform.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  transform.once("drain", resolve).once("close", resolve);
  await promise;
  transform.off("drain", resolve).off("close", resolve);
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(piece);
}

async function* linesOf(bytes: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest: Buffer = Buffer.alloc(0);
  let nth = 0;
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      nth++;
      if (end - from > MAX_RECORD_BYTES) throw tooLong(nth);
      yield decoded(decoder, rest.subarray(from, end), nth);
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > MAX_RECORD_BYTES) throw tooLong(nth + 1);
  }
  if (rest.length > 0) throw new BackupDamagedError(`record ${nth + 1} has no end`);
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, nth: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new BackupDamagedError(`record ${nth} is no UTF-8`);
  }
}

function tooLong(nth: number): BackupDamagedError {
  return new BackupDamagedError(`record ${nth} is longer than ${MAX_RECORD_BYTES} bytes`);
}

function sealOf(hash: Hash): string {
  return `\nsha256 ${hash.digest("hex")}\n`;
}
