/**
 * How many descriptors this process may open, found out by opening them.
 *
 * The runtime gives /proc/self/limits to programs with every permission only. Opening a file a few thousand times
 * and closing it again tells the same, and needs no permission beyond that file; nothing else runs meanwhile.
 *
 * @module
 */

/** Fewer than these are too few for a chat server. */
export const WARN_BELOW = 8_192;
/** Sockets may use this part of the descriptors; the rest is for requests, the store and the listener itself. */
export const SOCKET_SHARE = 0.8;
/**
 * Connections of all kinds may use this part, where they are counted: somewhat more than sockets, so that those who ask
 * for one beyond their share hear why, and less than there are, as `node:http` accepts nobody any more once there was
 * no descriptor.
 */
export const CONNECTION_SHARE = 0.83;

/** Whether one more of `sockets` may be opened where so many descriptors were counted once and for all. */
export function leavesRoom(
  sockets: number,
  { available, isExact }: { readonly available: number; readonly isExact: boolean },
  share: number = SOCKET_SHARE,
): boolean {
  return !isExact || sockets < available * share;
}

/** The descriptors of this process. */
export class Descriptors {
  readonly #path: string;
  /** Descriptors that sockets and requests can surely have. */
  #available: number;
  /** Whether there are no more than that. */
  #exact: boolean;

  /** Measures with the readable file at `path`, up to `upTo` descriptors: 11 us each. */
  constructor(path: string, upTo: number = WARN_BELOW) {
    this.#path = path;
    this.#available = this.#open(upTo);
    this.#exact = this.#available < upTo;
  }

  /** Descriptors that are known to be there. */
  get available(): number {
    return this.#available;
  }

  /** Whether there are no more than that. */
  get isExact(): boolean {
    return this.#exact;
  }

  /** Descriptors that are free for sockets and requests, or null when they are at least {@link WARN_BELOW}. */
  get few(): number | null {
    return this.#exact && this.#available < WARN_BELOW ? this.#available : null;
  }

  /** Whether one more socket may be opened beside `sockets` open ones. Measures again when the known part is used up. */
  mayOpen(sockets: number, share: number = SOCKET_SHARE): boolean {
    while (!this.#exact && sockets >= this.#available * share) this.#grow(sockets);
    return sockets < this.#available * share;
  }

  #grow(sockets: number): void {
    const wanted = this.#available * 2;
    const found = sockets + this.#open(wanted - sockets);
    this.#exact = found < wanted;
    this.#available = Math.max(this.#available, found);
  }

  /** Opens up to `count` descriptors at once, closes them, and answers how many there were. */
  #open(count: number): number {
    const files: Deno.FsFile[] = [];
    try {
      while (files.length < count) files.push(Deno.openSync(this.#path));
    } catch (error) {
      // The program gave the permission up after it had measured: then nothing is known beyond that.
      if (error instanceof Deno.errors.NotCapable) return count;
      // Otherwise there are no more to be had, which is the answer.
    }
    for (const file of files) file.close();
    return files.length;
  }
}
