/**
 * A lint plugin that keeps the architecture: who may import whom, and which few files may do what.
 *
 * `deno lint` and editors run it (deno.json, `lint.plugins`). Tests, unit tests included, may do anything; nothing
 * but tests may import them.
 *
 * @module
 */
import { type Home, homeOf, resolve } from "./places.ts";

/** A package that only these places may import. */
interface Confined {
  readonly name: RegExp;
  readonly allowed: (home: Home) => boolean;
  readonly where: string;
}

const CONFINED: readonly Confined[] = [
  {
    name: /^@?hono(\/|$)/,
    allowed: (home) => isIn(home, "routes") || isMain(home),
    where: "routes/ and main.ts",
  },
  {
    name: /^(@types\/)?ws(\/|$)/,
    allowed: (home) => isIn(home, "realtime/hardened"),
    where: "realtime/hardened/",
  },
  { name: /^(node:sqlite|kysely|mysql2)(\/|$)/, allowed: (home) => isIn(home, "db/sql"), where: "db/sql/" },
  { name: /^mongodb(\/|$)/, allowed: (home) => isIn(home, "db/mongodb"), where: "db/mongodb/" },
  { name: /^ioredis(\/|$)/, allowed: (home) => isIn(home, "db/redis"), where: "db/redis/" },
  {
    name: /^(bcryptjs|jsonwebtoken)(\/|$)/,
    allowed: (home) => isIn(home, "routes/accounts"),
    where: "routes/accounts/",
  },
];

/** Files that replace the general arrow rules: they open or compose what others only know by contract. */
const OPENERS = new Set(["db/open.ts", "db/inspect.ts"]);

/** Names that exist only where there is a page. */
const DOM_GLOBALS = new Set([
  "document",
  "window",
  "customElements",
  "getComputedStyle",
  "matchMedia",
  "requestAnimationFrame",
  "Element",
  "HTMLElement",
  "MutationObserver",
  "IntersectionObserver",
  "ResizeObserver",
  "DOMParser",
]);

function isMain(home: Home): boolean {
  return home.layer === "main";
}

function isIn(home: Home, folder: string): boolean {
  return home.path.startsWith(`${folder}/`);
}

/** Takes the page's files into the program. */
const PAGE_FILES = "routes/page_files.ts";

/** The client library's door: what examples show. */
const LIBRARY = "static/core/client.js";

/** Why `from` may not import the file `to`, or null when it may. */
export function refuseImport(from: Home, to: Home): string | null {
  if (to.layer === "tests") return "nothing outside tests imports tests";
  if (to.path === "deno.json" && from.path === "main.ts") return null;
  if (to.layer === "outside") return "imports stay inside the project";
  if (to.path === "main.ts") return "nothing imports main.ts";
  if (isMain(to) && !isMain(from)) return "only main.ts imports routes/isolates/";
  if (from.layer === "static") return refuseInPage(from, to);
  if (isIn(from, "docs")) {
    return to.path === LIBRARY ? null : `an example imports nothing of the project but ${LIBRARY}`;
  }
  if (to.layer === "static") {
    return from.path === PAGE_FILES ? null : `only ${PAGE_FILES} imports static/, and that as text`;
  }
  if (isMain(from)) return null;
  if (from.layer === "routes") {
    return refuseBelow(to, ["routes", "realtime"], "routes -> realtime -> db contracts");
  }
  if (from.layer === "realtime") return refuseBelow(to, ["realtime"], "realtime -> db contracts");
  if (from.layer === "db") return refuseInStore(from, to);
  return null;
}

function refuseBelow(to: Home, layers: readonly string[], rule: string): string | null {
  if (layers.includes(to.layer)) return null;
  if (to.layer === "db" && to.backend === null && !OPENERS.has(to.path)) return null;
  return `arrows point down: ${rule}`;
}

function refuseInStore(from: Home, to: Home): string | null {
  if (to.layer !== "db") return "db knows nothing of realtime, routes or main";
  if (from.backend === null) {
    if (to.backend === null || OPENERS.has(from.path)) return null;
    return "a contract of db names no backend";
  }
  if (to.backend === from.backend) return null;
  if (to.backend !== null) return "a backend knows no other backend";
  return OPENERS.has(to.path) ? "a backend does not open stores" : null;
}

function refuseInPage(from: Home, to: Home): string | null {
  if (to.layer !== "static") return "the page imports nothing of the server; types come by JSDoc @import";
  if (isIn(from, "static/core") && !isIn(to, "static/core") && !isIn(to, "static/vendor")) {
    return "static/core imports nothing of the views";
  }
  if (isIn(from, "static/device") && !isIn(to, "static/device") && !isIn(to, "static/core")) {
    return "static/device imports nothing of the views";
  }
  return null;
}

/** Why `from` may not import the package `specifier`, or null when it may. */
export function refusePackage(from: Home, specifier: string): string | null {
  if (from.layer === "static") return "the page imports only what static/ serves";
  const name = specifier.replace(/^npm:\/?/, "").replace(/(?<=.)@[^/]*/, "");
  const confined = CONFINED.find((entry) => entry.name.test(name));
  if (confined === undefined || confined.allowed(from)) return null;
  return `"${specifier}" belongs to ${confined.where}`;
}

/** Why `from` may not import `specifier`, or null when it may. */
export function refuse(from: Home, specifier: string): string | null {
  const target = resolve(from, specifier);
  return target === null ? refusePackage(from, specifier) : refuseImport(from, target);
}

type Sourced = { readonly source: Deno.lint.Expression | null };

function checkSource(context: Deno.lint.RuleContext, node: Deno.lint.Node & Sourced): void {
  if (node.source?.type !== "Literal" || typeof node.source.value !== "string") return;
  const reason = refuse(homeOf(context.filename), node.source.value);
  if (reason !== null) context.report({ node, message: `Cannot import "${node.source.value}": ${reason}` });
}

const imports: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    if (homeOf(context.filename).isTest) return {};
    return {
      ImportDeclaration: (node) => checkSource(context, node),
      ExportNamedDeclaration: (node) => checkSource(context, node),
      ExportAllDeclaration: (node) => checkSource(context, node),
      ImportExpression: (node) => checkSource(context, node),
    };
  },
};

/** `@import … from "x"` and `import("x")` in the comments of the page. */
const JSDOC_SOURCE = /(?:from\s+|import\()["']([^"']+)["']/g;

const pageTypes: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const home = homeOf(context.filename);
    if (home.isTest || home.layer !== "static") return {};
    return {
      Program(node): void {
        for (const comment of context.sourceCode.getAllComments()) {
          for (const match of comment.value.matchAll(JSDOC_SOURCE)) {
            const target = resolve(home, match[1] ?? "");
            if (target === null || target.layer === "static" || target.path === "realtime/frames.ts") {
              continue;
            }
            const message =
              `Cannot take types from "${target.path}": the page knows the server by realtime/frames.ts`;
            context.report({ node, range: comment.range, message });
          }
        }
      },
    };
  },
};

/** Members that only one file may touch: object, property, that file, and where the rule holds. */
const SINGLE_PLACES = [
  { member: "Deno.env", only: "main.ts", within: "" },
  { member: "Deno.upgradeWebSocket", only: "realtime/socket.ts", within: "" },
  { member: "JSON.parse", only: "realtime/codec.ts", within: "realtime/" },
] as const;

const places: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const home = homeOf(context.filename);
    if (home.isTest || home.layer === "static") return {};
    return {
      MemberExpression(node): void {
        const member = context.sourceCode.getText(node);
        const place = SINGLE_PLACES.find((entry) =>
          entry.member === member && home.path.startsWith(entry.within)
        );
        if (place === undefined || place.only === home.path) return;
        context.report({ node, message: `Cannot use ${member} here: it belongs to ${place.only} alone` });
      },
    };
  },
};

const page: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const home = homeOf(context.filename);
    const isCore = isIn(home, "static/core");
    const isView = isIn(home, "static/views");
    if (home.isTest || !(isCore || isView)) return {};
    return {
      Identifier(node): void {
        if (
          node.parent.type === "MemberExpression" && node.parent.property === node && !node.parent.computed
        ) return;
        if (node.parent.type === "Property" && node.parent.key === node) return;
        if (isCore && (DOM_GLOBALS.has(node.name) || /^HTML\w+Element$/.test(node.name))) {
          context.report({ node, message: `Cannot use ${node.name} here: static/core knows no page` });
        }
        if (isView && node.name === "WebSocket") {
          context.report({ node, message: "Cannot use WebSocket here: views know no socket" });
        }
      },
    };
  },
};

/** The plugin, as deno.json names it. */
const plugin: Deno.lint.Plugin = {
  name: "layers",
  rules: { imports, "page-types": pageTypes, places, page },
};
export default plugin;
