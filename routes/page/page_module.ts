/**
 * A module of the page as a part of a larger script: what it imports and exports, and its text as one function.
 *
 * @module
 */
import {
  type ExportNamedDeclaration,
  type ImportDeclaration,
  type ModuleDeclaration,
  parse,
  type Program,
  type Statement,
  type Token,
  tokTypes,
} from "acorn";
import { type Edit, squeeze } from "./squeeze.ts";

/** What the joined script calls its table of modules, by address. */
export const TABLE = "$joined";
/** What the joined script calls the function that stands for `import()`. */
export const LOADER = "$load";

/** A module, ready to be joined. */
export interface PageModule {
  /** The address at which it is served by itself. */
  readonly path: string;
  /** What it takes from which modules, in their order: names as the other module has them. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** The modules that it loads when it needs them. */
  readonly lazy: readonly string[];
  readonly exports: ReadonlySet<string>;
  /** A statement that puts the module into the table, once; those it imports must be there. */
  readonly text: string;
}

/** One import or export: a name in this module, and the name the others know. */
interface Name {
  readonly local: string;
  readonly outer: string;
}

/**
 * Reads a module. Throws an error that names it where its meaning could be lost: bindings that change after the
 * module ran (`export let`), default exports, names passed on (`export … from`), `import.meta`, imports of what is
 * no literal. Only an entry, which nothing imports, may wait at its top.
 */
export function readModule(
  path: string,
  text: string,
  { isEntry }: { readonly isEntry: boolean },
): PageModule {
  try {
    return new ModuleText(path, text).read(isEntry);
  } catch (error) {
    throw new Error(`Cannot join "${path}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

class ModuleText {
  readonly #path: string;
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #edits: Edit[] = [];
  readonly #heads: string[] = [];
  readonly #imports = new Map<string, string[]>();
  readonly #exports: Name[] = [];
  readonly #lazy = new Set<string>();

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  read(isEntry: boolean): PageModule {
    const program = parse(this.#text, {
      ecmaVersion: "latest",
      sourceType: "module",
      onToken: this.#tokens,
    });
    if (!isEntry && waits(program.body)) throw new Error("it waits at its top, as only the entry may");
    for (const statement of program.body) this.#readStatement(statement);
    this.#refuseChanging(program);
    this.#readTokens();
    this.#edits.sort((one, other) => one.start - other.start);
    return {
      path: this.#path,
      imports: this.#imports,
      lazy: [...this.#lazy],
      exports: new Set(this.#exports.map(({ outer }) => outer)),
      text: this.#asStatement(isEntry),
    };
  }

  #readStatement(statement: Statement | ModuleDeclaration): void {
    if (statement.type === "ImportDeclaration") this.#readImport(statement);
    else if (statement.type === "ExportNamedDeclaration") this.#readExport(statement);
    else if (statement.type === "ExportDefaultDeclaration") throw new Error("it has a default export");
    else if (statement.type === "ExportAllDeclaration") throw new Error("it passes on what others export");
  }

  #readImport({ start, end, source, specifiers, attributes }: ImportDeclaration): void {
    if (attributes.length > 0) throw new Error("it imports something other than a script");
    const from = this.#resolve(source.value);
    const taken = this.#imports.get(from) ?? [];
    this.#imports.set(from, taken);
    const names: Name[] = [];
    for (const one of specifiers) {
      if (one.type === "ImportDefaultSpecifier") throw new Error("it imports a default export");
      const local = one.local.name;
      if (one.type === "ImportNamespaceSpecifier") this.#heads.push(`const ${local}=${entryOf(from)};`);
      else names.push({ local, outer: nameOf(one.imported) });
    }
    taken.push(...names.map(({ outer }) => outer));
    if (names.length > 0) {
      const pattern = names.map(({ local, outer }) => local === outer ? local : `${outer}:${local}`);
      this.#heads.push(`const{${pattern}}=${entryOf(from)};`);
    }
    this.#edits.push({ start, end, text: "" });
  }

  #readExport({ start, end, declaration, source, specifiers }: ExportNamedDeclaration): void {
    if (typeof source?.value === "string") throw new Error(`it passes on what "${source.value}" exports`);
    if (!declaration) {
      for (const { local, exported } of specifiers) {
        this.#exports.push({ local: nameOf(local), outer: nameOf(exported) });
      }
      this.#edits.push({ start, end, text: "" });
      return;
    }
    this.#edits.push({ start, end: start + "export".length, text: "" });
    if (declaration.type !== "VariableDeclaration") {
      return this.#noteExport(declaration.id.name);
    }
    if (declaration.kind !== "const") throw new Error(`it exports a ${declaration.kind}, which may change`);
    for (const { id } of declaration.declarations) {
      if (id.type !== "Identifier") throw new Error("it exports names out of a pattern");
      this.#noteExport(id.name);
    }
  }

  #noteExport(name: string): void {
    this.#exports.push({ local: name, outer: name });
  }

  /** What is exported is taken once, when the module ran. */
  #refuseChanging(program: Program): void {
    const exported = new Set(this.#exports.map(({ local }) => local));
    for (const statement of program.body) {
      if (statement.type !== "VariableDeclaration" || statement.kind !== "let") continue;
      for (const { id } of statement.declarations) {
        if (id.type === "Identifier" && exported.has(id.name)) {
          throw new Error(`it exports "${id.name}", a let, which may change`);
        }
      }
    }
  }

  #readTokens(): void {
    for (const [at, token] of this.#tokens.entries()) {
      const word = this.#text.slice(token.start, token.end);
      if (word === TABLE || word === LOADER) throw new Error(`it has a name of its own "${word}"`);
      if (token.type === tokTypes._import && !isMember(this.#tokens[at - 1])) this.#readLazy(at);
    }
  }

  /** Reads an `import()`, and refuses `import.meta`. */
  #readLazy(at: number): void {
    const [token, next, argument, last] = this.#tokens.slice(at, at + 4);
    if (next?.type === tokTypes.dot) throw new Error("it uses import.meta");
    if (token === undefined || next?.type !== tokTypes.parenL) return;
    const [, address] = /^["']([^"'\\]+)["']$/.exec(this.#text.slice(argument?.start, argument?.end)) ?? [];
    if (argument === undefined || address === undefined || last?.type !== tokTypes.parenR) {
      throw new Error("it has an import() of something other than one plain text");
    }
    const target = this.#resolve(address);
    this.#lazy.add(target);
    this.#edits.push({
      start: token.start,
      end: argument.end,
      text: `${LOADER}(${JSON.stringify(target)}`,
    });
  }

  #resolve(specifier: unknown): string {
    if (typeof specifier !== "string" || !/^\.{0,2}\//.test(specifier)) {
      throw new Error(`it imports "${specifier}", which is no address`);
    }
    return new URL(specifier, new URL(this.#path, "http://page/")).pathname;
  }

  #asStatement(isEntry: boolean): string {
    const heads = this.#heads.join("");
    const body = squeeze(this.#text, this.#tokens, this.#edits);
    const names = this.#exports.map(({ local, outer }) => local === outer ? local : `${outer}:${local}`);
    const inside = `{\n${heads}${body}\nreturn{${names}}}`;
    return isEntry ? `await(async()=>${inside})();\n` : `${entryOf(this.#path)}??=(()=>${inside})();\n`;
  }
}

/** Whether there is an `await` in a part of a program, outside of its functions. */
function waits(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(waits);
  if (typeof part !== "object" || part === null) return false;
  if ("type" in part && typeof part.type === "string") {
    if (/Function/.test(part.type)) return false;
    if (part.type === "AwaitExpression" || ("await" in part && part.await === true)) return true;
  }
  return Object.values(part).some(waits);
}

function entryOf(path: string): string {
  return `${TABLE}[${JSON.stringify(path)}]`;
}

/** Whether the word after this token is a member's name. */
function isMember(token: Token | undefined): boolean {
  return token?.type === tokTypes.dot || token?.type === tokTypes.questionDot;
}

function nameOf(node: { readonly type: string; readonly name?: string }): string {
  if (node.name === undefined) throw new Error("it has an import or export whose name is a text");
  return node.name;
}
