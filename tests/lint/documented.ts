/**
 * A lint plugin that asks for words: every door and contract documents what it exports, every file says what it is.
 *
 * The runtime's own `deno doc --lint` also wants a sentence for each property, which makes people repeat its name.
 *
 * @module
 */
import { homeOf } from "./places.ts";

/** Contracts of the store, and the one file by which other folders enter a folder. */
function isDoor(path: string): boolean {
  return /^db\/[^/]+\.ts$/.test(path) || /(^|\/)mod\.ts$/.test(path);
}

function isDocumented(context: Deno.lint.RuleContext, node: Deno.lint.Node): boolean {
  const text = context.sourceCode.text;
  return context.sourceCode.getAllComments().some((comment) =>
    comment.type === "Block" && comment.value.startsWith("*") && !comment.value.includes("@module") &&
    comment.range[1] <= node.range[0] && text.slice(comment.range[1], node.range[0]).trim() === ""
  );
}

/** The name that an export declares, or null when it declares none: it passes on what is documented elsewhere. */
function nameOf(node: Deno.lint.ExportNamedDeclaration): string | null {
  const declaration = node.declaration;
  if (declaration === null) return null;
  if (declaration.type === "VariableDeclaration") {
    const [first] = declaration.declarations;
    return first?.id.type === "Identifier" ? first.id.name : null;
  }
  return "id" in declaration && declaration.id?.type === "Identifier" ? declaration.id.name : null;
}

const exported: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const home = homeOf(context.filename);
    if (home.isTest || !isDoor(home.path)) return {};
    return {
      ExportNamedDeclaration(node): void {
        const name = nameOf(node);
        if (name === null || isDocumented(context, node)) return;
        context.report({ node, message: `${name} is public here and says nothing about itself` });
      },
    };
  },
};

const file: Deno.lint.Rule = {
  create(context): Deno.lint.LintVisitor {
    const home = homeOf(context.filename);
    if (home.isTest || home.layer === "outside" || !home.path.endsWith(".ts")) return {};
    return {
      Program(node): void {
        if (context.sourceCode.getAllComments().some((comment) => comment.value.includes("@module"))) return;
        context.report({ node, range: [0, 1], message: "The file does not begin with what it is (@module)" });
      },
    };
  },
};

/** The plugin, as deno.json names it. */
const plugin: Deno.lint.Plugin = { name: "documented", rules: { exported, file } };
export default plugin;
