/**
 * A browser's storage as its tabs see it: one truth, and news of it that may come late.
 *
 * @module
 */
import { createMemory, type Memory } from "../../../static/core/platform.js";

type Listener = (key: string, text: string | null) => void;

interface News {
  readonly key: string;
  readonly text: string | null;
}

/** A storage that several tabs share. News of a write reaches the others at once, or when {@link deliver} is called. */
export class SharedStorage {
  readonly texts = new Map<string, string>();
  /** Whether news waits for {@link deliver}. */
  isHeld = false;
  /** Whether it takes anything. */
  isFull = false;
  readonly #tabs: { readonly listeners: Set<Listener>; readonly waiting: News[] }[] = [];

  /** The memory of one more tab. */
  tab(): Memory {
    const tab = { listeners: new Set<Listener>(), waiting: [] };
    this.#tabs.push(tab);
    const tell = (news: News): void => {
      for (const other of this.#tabs) if (other !== tab) other.waiting.push(news);
      if (!this.isHeld) this.deliver();
    };
    const { texts } = this;
    const setItem = (key: string, text: string): void => {
      if (this.isFull) throw new Error("QuotaExceededError");
      texts.set(key, text);
      tell({ key, text });
    };
    const removeItem = (key: string): void => {
      if (texts.delete(key)) tell({ key, text: null });
    };
    const storage = {
      get length(): number {
        return texts.size;
      },
      key: (index: number) => [...texts.keys()][index] ?? null,
      getItem: (key: string) => texts.get(key) ?? null,
      setItem,
      removeItem,
    };
    return createMemory(() => storage, (listener) => {
      tab.listeners.add(listener);
      return () => void tab.listeners.delete(listener);
    });
  }

  /** Tells every tab, or the one made as number `index`, what the others wrote. */
  deliver(index?: number): void {
    const tabs = index === undefined ? this.#tabs : this.#tabs.slice(index, index + 1);
    for (const { listeners, waiting } of tabs) {
      for (const { key, text } of waiting.splice(0)) for (const listener of listeners) listener(key, text);
    }
  }
}
