/**
 * What a suite needs of a backend: a way to open an empty store.
 *
 * @module
 */
import type { Store } from "../../db/store.ts";

/** A store of its own for one test; disposing it closes it and removes what it left. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: Store;
}

/** Opens an empty store. */
export type OpenStore = () => Promise<OpenedStore>;
