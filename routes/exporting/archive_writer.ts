/**
 * A ZIP file in the making: files go in as text, compressed bytes come out as they are ready.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { Zip, ZipDeflate } from "fflate";

/** What the form of the file can count: entries by 16 bits, places by 32. */
const MAX_ENTRIES = 65_535;
const MAX_BYTES = 0xffff_ffff;
/** Room for the list of entries at the end, for each of them. */
const ENTRY_BYTES = 160;
/** As much is compressed in one go, in UTF-16 units: a few ms. */
const PIECE = 64 * 1024;

/** Text files, compressed one after the other. Holds no more than what was not taken yet. */
export class ArchiveWriter {
  readonly #zip: Zip;
  readonly #modified: Date;
  readonly #encoder = new TextEncoder();
  #ready: Uint8Array[] = [];
  #failure: unknown = null;
  #entries = 0;
  #bytes = 0;

  /** @param modified What the files in it are dated. */
  constructor(modified: Date) {
    this.#modified = modified;
    this.#zip = new Zip((error, bytes) => {
      if (error !== null) this.#failure ??= error;
      else {
        this.#bytes += bytes.length;
        this.#ready.push(bytes);
      }
    });
  }

  /** Adds a file, leaving turns of the event loop to others. One at a time. Rejects where the archive would be more than its form can hold. */
  async add(name: string, text: string): Promise<void> {
    this.#entries++;
    if (this.#entries > MAX_ENTRIES || this.#bytes + this.#entries * ENTRY_BYTES + text.length > MAX_BYTES) {
      throw new Error("Cannot export: the archive would have more than 65 535 files or 4 GiB");
    }
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = this.#modified;
    this.#zip.add(file);
    for (let from = 0; from < text.length;) {
      const to = endOf(text, from);
      file.push(this.#encoder.encode(text.slice(from, to)));
      from = to;
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    file.push(new Uint8Array(), true);
    this.#check();
  }

  /** The archive is complete: what is left of it is ready. */
  end(): void {
    this.#zip.end();
    this.#check();
  }

  /** The bytes that came out since the last time. */
  take(): readonly Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #check(): void {
    if (this.#failure !== null) {
      throw new Error("Cannot export: compressing failed", { cause: this.#failure });
    }
  }
}

/** The end of a piece: between two code points. */
function endOf(text: string, from: number): number {
  const to = from + PIECE;
  if (to >= text.length) return text.length;
  const last = text.charCodeAt(to - 1);
  return last >= 0xd800 && last <= 0xdbff ? to - 1 : to;
}
