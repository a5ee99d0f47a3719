/**
 * Stores that a command began to fill, and that are no whole store yet.
 *
 * @module
 */
import { StoreRefusedError } from "../../db/errors.ts";
import type { Store } from "../../db/store.ts";

/** Before the id of a backup, where a store notes what is being brought into it; of a copy it notes an epoch alone. */
export const RESTORE_NOTE = "backup ";

/** Throws {@link StoreRefusedError} when a copy or a restore into the store was begun and not ended. */
export function refuseHalfFilled({ facts }: Pick<Store, "facts">): void {
  if (facts.copiedFrom === null) return;
  if (facts.copiedFrom.startsWith(RESTORE_NOTE)) {
    throw new StoreRefusedError(
      "Cannot start: a restore into this store was interrupted; run restore with the same file again, which ends " +
        "it, or remove the store and restore into a new one",
    );
  }
  throw new StoreRefusedError(
    "Cannot start: a copy into this store was interrupted; run the same copy again, which ends it",
  );
}
