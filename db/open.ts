/**
 * Opens the store that the settings ask for.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import { SqliteStore } from "./sql/sqlite/store.ts";
import type { Store } from "./store.ts";

/** Where the store is. */
export interface StoreOptions {
  /** Holds the embedded database; made when it is missing, for its owner alone. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Names this store apart from every other; random when absent. */
  readonly newId?: () => string;
}

/**
 * Opens the store and brings its schema up to date.
 *
 * Throws {@link StoreRefusedError} when another process has it, when a newer version of this program wrote it, or
 * when it cannot be read: a sentence to end the start with.
 */
export function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, clock, newId = () => crypto.randomUUID() } = options;
  return SqliteStore.open({ dataDir, clock, newId });
}
