import assert from "node:assert/strict";
import { hashOf } from "./asset.ts";
import { joinModules } from "./join.ts";
import { type PageModule, readModule } from "./page_module.ts";

type Sources = Readonly<Record<string, string>>;

/** What the modules of a case leave behind. */
interface Said {
  said: unknown[];
  done?: Promise<unknown>;
}

/** Joins modules, `/app.js` the first, into addresses that a runtime can import. */
function join(sources: Sources): { readonly entry: string; readonly scripts: ReadonlyMap<string, string> } {
  const scripts = new Map<string, string>();
  const entry = joinModules({
    entry: "/app.js",
    read(path, role): PageModule {
      const text = sources[path];
      if (text === undefined) throw new Error(`Nothing at "${path}"`);
      return readModule(path, text, role);
    },
    place(path, script): string {
      scripts.set(path, script);
      return `data:text/javascript,${encodeURIComponent(script)}`;
    },
  });
  return { entry, scripts };
}

/** Runs joined modules and answers with what they said. Each run has a list of its own. */
async function run(sources: Sources): Promise<unknown[]> {
  const name = `said_${hashOf(JSON.stringify(sources)).replaceAll("-", "_")}`;
  const heard: Said = { said: [] };
  Reflect.set(globalThis, name, heard);
  try {
    const named = Object.entries(sources).map(([path, text]) => [path, text.replaceAll("HERE", name)]);
    await import(join(Object.fromEntries(named)).entry);
    await heard.done;
    return heard.said;
  } finally {
    Reflect.deleteProperty(globalThis, name);
  }
}

Deno.test("Joined modules run in the order of their imports, each once, and see what they import", async () => {
  const said = await run({
    "/app.js": `/** The page. */
import { greet, NAME as name } from "./core/greet.js";
import * as all from "/core/greet.js";
import "./side.js";
import { Face, parts } from "./face.js";
HERE.said.push(greet(name), all.greet("all"), new Face().smile(), parts());
`,
    "/core/greet.js": `HERE.said.push("greet");
export const NAME = "Ann";
export function greet(who) {
  return \`Hello \${who}\`;
}
`,
    "/side.js": `import { greet } from "./core/greet.js";\nHERE.said.push(greet("side"));\n`,
    "/face.js": `class Face {
  smile() {
    return ":)";
  }
}
const list = () => [1, 2];
export { Face, list as parts };
export async function later() {}
`,
  });
  assert.deepEqual(said, ["greet", "Hello side", "Hello Ann", "Hello all", ":)", [1, 2]]);
});

Deno.test("A minified module with one list of exports at its end is joined like any other", async () => {
  const said = await run({
    "/app.js": `import { h, html } from "./vendor/lib.js";\nHERE.said.push(h(2), html\`<b>\${1}</b>\`);\n`,
    "/vendor/lib.js":
      "/*! lib */\nvar e=1,t=function(n){return n+e};function r(n,...i){return n.raw.join(i)}export{t as h,r as html};",
  });
  assert.deepEqual(said, [3, "<b>1</b>"]);
});

Deno.test("The entry may wait at its top", async () => {
  const said = await run({ "/app.js": `HERE.said.push(await Promise.resolve("waited"));\n` });
  assert.deepEqual(said, ["waited"]);
});

Deno.test("What is imported by import() comes when it is asked for, and shares its modules with the others", async () => {
  const said = await run({
    "/app.js": `import { counter } from "./core/counter.js";
HERE.said.push("app", counter.next());
HERE.done = Promise.all([import("./views/one.js"), import("./views/two.js")]).then(([one, two]) => {
  HERE.said.push(one.name, two.name);
  return import("./views/one.js");
}).then((again) => HERE.said.push(again.name, counter.next()));
`,
    "/core/counter.js": `let at = 0;\nexport const counter = { next: () => ++at };\n`,
    "/core/both.js":
      `import { counter } from "./counter.js";\nexport const both = counter.next();\nHERE.said.push("both");\n`,
    "/views/one.js":
      `import { both } from "../core/both.js";\nexport const name = \`one \${both}\`;\nHERE.said.push("one");\n`,
    "/views/two.js": `import { both } from "../core/both.js";\nexport const name = \`two \${both}\`;\n`,
  });
  assert.deepEqual(said.toSorted(), ["app", 1, "both", "one", "one 2", "two 2", "one 2", 3].toSorted());
});

Deno.test("import() of what the entry has brings no script, and what is loaded can load more", async () => {
  const sources = {
    "/app.js": `import "./a.js";\nHERE.done = import("./a.js").then(({ more }) => more());\n`,
    "/a.js": `export const more = () => import("./b.js").then(({ most }) => most());\n`,
    "/b.js": `export const most = () => import("./c.js").then(({ c }) => HERE.said.push(c));\n`,
    "/c.js": `export const c = "c";\n`,
  };
  assert.deepEqual(await run(sources), ["c"]);
  assert.deepEqual([...join(sources).scripts.keys()], ["/b.js", "/c.js", "/app.js"]);
});

Deno.test("A script changes with its own modules and nothing else, but for the entry's, which names all", () => {
  const sources = {
    "/app.js": `import "./a.js";\nimport("./b.js");\nimport("./c.js");\n`,
    "/a.js": "export const a = 1;\n",
    "/b.js": `import { a } from "./a.js";\nexport const b = a;\n`,
    "/c.js": "export const c = 1;\n",
  };
  const before = join(sources).scripts;
  const after = join({ ...sources, "/c.js": "export const c = 2;\n" }).scripts;
  const changed = [...before.keys()].filter((path) => before.get(path) !== after.get(path));
  assert.deepEqual(changed, ["/c.js", "/app.js"]);
  assert.equal(join(sources).scripts.get("/app.js"), before.get("/app.js"));
});

const REFUSED: readonly (readonly [what: string, sources: Sources, reason: RegExp])[] = [
  ["a let that is exported", { "/app.js": "export let a = 1;" }, /"\/app\.js": it exports a let/],
  ["a let that is exported below", { "/app.js": "let a = 1;\nexport { a };" }, /exports "a", a let/],
  ["names out of a pattern", { "/app.js": "export const { a } = {};" }, /names out of a pattern/],
  ["a default export", { "/app.js": "export default 1;" }, /default export/],
  ["an import of one", { "/app.js": 'import a from "./a.js";' }, /imports a default export/],
  ["names passed on", { "/app.js": 'export { a } from "./a.js";' }, /passes on what "\.\/a\.js" exports/],
  ["everything passed on", { "/app.js": 'export * from "./a.js";' }, /passes on/],
  ["import.meta", { "/app.js": "f(import.meta.url);" }, /import\.meta/],
  ["a package", { "/app.js": 'import { a } from "a";' }, /imports "a", which is no address/],
  [
    "another kind of module",
    { "/app.js": 'import * as a from "./a.json" with { type: "json" };' },
    /other than/,
  ],
  ["a text as a name", { "/app.js": 'const a = 1;\nexport { a as "b c" };' }, /name is a text/],
  ["an import() of what is computed", { "/app.js": "import(`./${a}.js`);" }, /other than one plain text/],
  ["an import() with more", { "/app.js": 'import("./a.js", {});' }, /other than one plain text/],
  ["a name that the joined script needs", { "/app.js": "f($joined);" }, /"\$joined"/],
  ["a fault", { "/app.js": "const = 1;" }, /Cannot join "\/app\.js": Unexpected token/],
  ["a file that is not there", { "/app.js": 'import "./a.js";' }, /Nothing at "\/a\.js"/],
  [
    "a name that is not exported",
    { "/app.js": 'import { b } from "./a.js";', "/a.js": "export const a = 1;" },
    /"\/app\.js": it imports "b", which "\/a\.js" does not export/,
  ],
  [
    "modules in a circle",
    { "/app.js": 'import "./a.js";', "/a.js": 'import "./b.js";', "/b.js": 'import "./a.js";' },
    /imports itself: \/app\.js > \/a\.js > \/b\.js > \/a\.js/,
  ],
  [
    "a module that imports the entry",
    { "/app.js": 'import("./a.js");', "/a.js": 'import { x } from "./app.js";' },
    /"\/a\.js": it imports "\/app\.js"/,
  ],
  [
    "a wait at the top of another than the entry",
    { "/app.js": 'import "./a.js";', "/a.js": "if (x) {\n  for await (const y of x) f(y);\n}" },
    /"\/a\.js": it waits/,
  ],
];

for (const [what, sources, reason] of REFUSED) {
  Deno.test(`joinModules() refuses ${what}, and says where`, () => {
    assert.throws(() => join(sources), reason);
  });
}

Deno.test("A member called import is no import", async () => {
  const said = await run({
    "/app.js": `const a = { import: (x) => x };\nHERE.said.push(a.import("./b.js"), a?.import("./c.js"));\n`,
  });
  assert.deepEqual(said, ["./b.js", "./c.js"]);
});
