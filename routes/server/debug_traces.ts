/**
 * Finds what debug mode left behind that release mode must not inherit.
 *
 * @module
 */
import type { UserId } from "../../db/model.ts";
import type { Store } from "../../db/store.ts";
import { SettingsError } from "./settings_error.ts";

const CHUNK = 1_000;

/**
 * Throws {@link SettingsError} when the store holds conversations of ids without an account: whoever registers
 * next would be given such an id, and with it somebody else's messages.
 */
export async function refuseDebugTraces(
  store: Pick<Store, "facts" | "users" | "messages" | "erasures">,
  where: { readonly dataDir: string; readonly modeSource: string },
): Promise<void> {
  if (!store.facts.usedInDebug) return;
  const stranger = await firstStranger(store);
  if (stranger === null) return;
  throw new SettingsError(
    `Cannot start: CHAT_APP_MODE cannot be "release" (from ${where.modeSource}) on ${where.dataDir}, where debug ` +
      `mode wrote for ids without an account (such as ${stranger}), allowed: debug, or another CHAT_DATA_DIR`,
  );
}

async function firstStranger(
  { messages, users, erasures }: Pick<Store, "users" | "messages" | "erasures">,
): Promise<UserId | null> {
  let after = 0;
  while (true) {
    const ids = await messages.memberIds(after, CHUNK);
    const known = new Set((await users.byIds(ids)).map((user) => user.id));
    const others = ids.filter((id) => !known.has(id));
    // The number of an account that is gone is nobody's for ever.
    const gone = await erasures.gone(others);
    const stranger = others.find((id) => !gone.has(id));
    if (stranger !== undefined) return stranger;
    const last = ids.at(-1);
    if (last === undefined || ids.length < CHUNK) return null;
    after = last;
  }
}
