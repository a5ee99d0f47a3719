/**
 * Joins modules to scripts: one with an entry and all that it imports, and one for each `import()`, with what the
 * first has not. Whichever scripts hold a module, it runs once.
 *
 * @module
 */
import { LOADER, type PageModule, TABLE } from "./page_module.ts";

/** What is joined, and where it is put. */
export interface JoinOptions {
  /** The address of the first module. */
  readonly entry: string;
  /** Reads the module at an address; `role` says whether it is the entry. Throws when there is none. */
  readonly read: (path: string, role: { readonly isEntry: boolean }) => PageModule;
  /** Takes the script of the module at `path` and answers with the address at which it will be served. */
  readonly place: (path: string, script: string) => string;
}

/**
 * Joins the modules and answers with the address of the entry's script. The others are placed before it, as it alone
 * holds their addresses: so a script changes with its own modules and nothing else. Throws an error that names
 * the modules where they import each other in a circle, or the entry, or a name that is not exported.
 */
export function joinModules({ entry, read, place }: JoinOptions): string {
  const graph = new Graph(entry, read);
  const first = graph.closureOf(entry);
  const inFirst = new Set(first);
  const chunks: Record<string, string> = {};
  for (const path of graph.lazyFrom(entry)) {
    if (inFirst.has(path)) continue;
    const texts = graph.closureOf(path).filter((one) => !inFirst.has(one)).map((one) => graph.get(one).text);
    chunks[path] = place(path, `export default(${TABLE},${LOADER})=>{\n${texts.join("")}};\n`);
  }
  return place(entry, `${tableOf(chunks)}${first.map((path) => graph.get(path).text).join("")}`);
}

function tableOf(chunks: Readonly<Record<string, string>>): string {
  return `const ${TABLE}={};
const ${LOADER}=((chunks)=>async(path)=>{
if(!(path in ${TABLE}))(await import(chunks[path])).default(${TABLE},${LOADER});
return ${TABLE}[path];
})(${JSON.stringify(chunks)});
`;
}

class Graph {
  readonly #entry: string;
  readonly #read: JoinOptions["read"];
  readonly #modules = new Map<string, PageModule>();

  constructor(entry: string, read: JoinOptions["read"]) {
    this.#entry = entry;
    this.#read = read;
  }

  get(path: string): PageModule {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const module = this.#read(path, { isEntry: path === this.#entry });
    this.#modules.set(path, module);
    return module;
  }

  /** A module and all that it imports, each after what it imports itself. */
  closureOf(path: string): readonly string[] {
    const done = new Set<string>();
    this.#visit(path, { done, above: [] });
    return [...done];
  }

  /** What is loaded when it is needed, by the entry or by what is loaded then. */
  lazyFrom(entry: string): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [entry];
    for (const from of open) {
      for (const lazy of this.closureOf(from).flatMap((path) => this.get(path).lazy)) {
        if (found.has(lazy)) continue;
        found.add(lazy);
        open.push(lazy);
      }
    }
    return found;
  }

  #visit(path: string, { done, above }: { readonly done: Set<string>; readonly above: string[] }): void {
    if (done.has(path)) return;
    if (above.includes(path)) {
      throw new Error(`Cannot join "${path}": it imports itself: ${[...above, path].join(" > ")}`);
    }
    above.push(path);
    const { imports, lazy } = this.get(path);
    if (imports.has(this.#entry) || lazy.includes(this.#entry)) {
      throw new Error(`Cannot join "${path}": it imports "${this.#entry}", which the page begins with`);
    }
    for (const [from, names] of imports) {
      this.#visit(from, { done, above });
      const missing = names.find((name) => !this.get(from).exports.has(name));
      if (missing !== undefined) {
        throw new Error(`Cannot join "${path}": it imports "${missing}", which "${from}" does not export`);
      }
    }
    above.pop();
    done.add(path);
  }
}
