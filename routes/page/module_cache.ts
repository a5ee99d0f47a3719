/**
 * The modules of the page, read once for each text.
 *
 * @module
 */
import { type PageModule, readModule } from "./page_module.ts";
import type { ReadModule } from "./served_page.ts";

/** Remembers the last text of each module: after a change of one, the others are not read again. */
export class ModuleCache {
  readonly #known = new Map<string, { readonly text: string; readonly module: PageModule }>();

  /** As {@link readModule}. */
  readonly read: ReadModule = (path, text, role) => {
    const key = `${path} ${role.isEntry}`;
    const known = this.#known.get(key);
    if (known?.text === text) return known.module;
    const module = readModule(path, text, role);
    this.#known.set(key, { text, module });
    return module;
  };
}
