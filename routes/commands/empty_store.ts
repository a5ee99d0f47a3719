/**
 * Whether a store is free to be filled.
 *
 * @module
 */
import type { Store } from "../../db/store.ts";

/** Whether it holds no account, no invite that somebody made, and no conversation. */
export async function isEmpty({ archive }: Pick<Store, "archive">): Promise<boolean> {
  const first = { limit: 1 };
  const found = [
    ...await archive.accounts.users({ after: 0, ...first }),
    ...await archive.accounts.invites({ after: "", ...first }),
    ...await archive.messages.conversations({ after: "", ...first }),
  ];
  return found.length === 0;
}
