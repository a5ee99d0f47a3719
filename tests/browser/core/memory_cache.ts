/**
 * A cache as the contract wants it (static/core/cache.js), in memory.
 *
 * @module
 */
import type { ChatCache, Saved, SavedChange, SavedChat, SaveResult } from "../../../static/core/cache.js";

/** A cache that a test can look into and break. */
export class MemoryCache implements ChatCache {
  kept: Saved | null = null;
  readonly changes: SavedChange[] = [];
  /** What happens to everything that is asked. */
  fault: "none" | "throws" | "hangs" = "none";

  load(): Promise<Saved | null> {
    return this.#unlessBroken(() => structuredClone(this.kept));
  }

  save(change: SavedChange): Promise<SaveResult> {
    return this.#unlessBroken(() => {
      this.changes.push(change);
      const { replaces, chats, gone, ...head } = change;
      const before = this.kept?.epoch === head.epoch ? this.kept.chats : [];
      if (this.kept !== null && this.kept.epoch !== head.epoch && !replaces) return "stale";
      if (this.kept === null && this.changes.length > 1) return "wiped";
      const next = new Map<string, SavedChat>(before.map((chat) => [chat.info.conversation_id, chat]));
      for (const id of gone) next.delete(id);
      for (const chat of chats) {
        const known = next.get(chat.info.conversation_id);
        if (known === undefined || known.have <= chat.have) next.set(chat.info.conversation_id, chat);
      }
      this.kept = structuredClone({ ...head, chats: [...next.values()] });
      return "saved";
    });
  }

  clear(): Promise<void> {
    return this.#unlessBroken(() => void (this.kept = null));
  }

  #unlessBroken<Result>(work: () => Result): Promise<Result> {
    if (this.fault === "hangs") return new Promise(() => {});
    if (this.fault === "throws") return Promise.reject(new Error("The database is broken"));
    return Promise.resolve(work());
  }
}
