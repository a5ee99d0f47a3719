/**
 * The pool of hash workers of a process, sized for its machine.
 *
 * @module
 */
import { createHashPool, type Hasher } from "../mod.ts";

/**
 * Hash jobs that may wait for one worker: about 5 s at cost 12, twice that where it shares its core. The page waits
 * 20 s; who is further back is told when to come again, which takes them no longer and holds no connection.
 */
const HASH_QUEUE_PER_WORKER = 20;
const MAX_HASH_WORKERS = 4;

/** Starts the workers that a process has for all of its passwords; `cost` is bcrypt's. */
export function openHashPool(cost: number): Hasher & AsyncDisposable {
  const workers = Math.min(MAX_HASH_WORKERS, Math.max(1, navigator.hardwareConcurrency - 1));
  return createHashPool({
    cost,
    workers,
    queue: workers * HASH_QUEUE_PER_WORKER,
    sharesCore: navigator.hardwareConcurrency === 1,
  });
}
