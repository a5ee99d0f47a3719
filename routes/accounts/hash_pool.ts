/**
 * Password hashing in workers: bcrypt stalls the event loop, so it never runs on it.
 *
 * @module
 */

/** Makes and checks password digests. Throws {@link ChatError} `overloaded` when too many wait. */
export interface Hasher {
  /** The bcrypt cost of new digests, which also says which digests are worth renewing. */
  readonly cost: number;
  /** A digest of `password`, which must not exceed 72 UTF-8 bytes. */
  hash(password: string): Promise<string>;
  /** Whether `digest` (`$2a$`, `$2b$` or `$2y$`) is of `password`. A malformed digest is of nothing. */
  verify(password: string, digest: string): Promise<boolean>;
  /** Figures for /metrics, by Prometheus name without prefix. */
  figures(): ReadonlyMap<string, number>;
}

/** How much the pool may use. */
export interface HashPoolOptions {
  /** bcrypt cost of new digests, 4 to 31. */
  readonly cost: number;
  /** Workers, each one core when busy. */
  readonly workers: number;
  /** Jobs that may wait; each more is refused with `overloaded`. */
  readonly queue: number;
}

/** Starts the workers. Disposing ends them and refuses what still waits. */
export function createHashPool(_options: HashPoolOptions): Hasher & AsyncDisposable {
  throw new Error("Cannot start the hash pool: it is not written yet");
}
