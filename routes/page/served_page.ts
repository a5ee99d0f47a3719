/**
 * The page as it is served: what `/` names in few files whose addresses name their bytes, and what all that is.
 *
 * The folder stays what is edited, and works by itself: its files are served too, at their own addresses.
 *
 * @module
 */
import type { ServerFacts } from "../about.ts";
import { type Asset, hashOf, textOf, toAsset } from "./asset.ts";
import { joinModules, type JoinOptions } from "./join.ts";
import type { PageModule } from "./page_module.ts";
import { squeezeScript } from "./squeeze.ts";
import { joinStyles } from "./styles.ts";

/** The files of a folder, by address. */
export type Files = ReadonlyMap<string, Asset>;

/** Reads the module at an address. */
export type ReadModule = (path: string, text: string, role: { readonly isEntry: boolean }) => PageModule;

/** Where the page's own file is; served as it is too, so that one can look at the page unjoined. */
const INDEX = "/index.html";
const SERVICE_WORKER = "/sw.js";

const SHEETS = /(\s*)<link rel="stylesheet" href="([^"]+)">/g;
const ICON = /<link rel="icon" href="([^"]+)"/g;
const SCRIPT = /<script src="([^"]+)"><\/script>/g;
const MODULE = /<script type="module" src="([^"]+)"><\/script>/g;
/** Icons of the manifest and of touch screens are asked for by a system that puts the page on its desk, once. */
const UNNEEDED = /<link rel="apple-touch-icon"[^>]*>/g;
/** The address of a file, in a page, a script or a sheet. */
const NAMED = /["'(](\/[\w./-]+\.\w+)["')]/g;

/**
 * What is served beside the files of the folder, or in their place: `/`, what it names, `/shell.json` with the
 * addresses of all that the page needs to start, and `/sw.js` with the version of that before it, so that a browser
 * notices a new one. Nothing without an `/index.html`. Throws an error that says why the page cannot be joined.
 */
export function joinPage(files: Files, facts: ServerFacts, readModule: ReadModule): Files {
  const joined = new Map<string, Asset>();
  const index = files.get(INDEX);
  if (index === undefined) return joined;
  const taken = new Set([INDEX, SERVICE_WORKER]);
  const take = (path: string): Asset => {
    taken.add(path);
    const file = files.get(path);
    if (file === undefined) throw new Error(`Cannot join the page: there is no "${path}"`);
    return file;
  };
  const text = (path: string): string => textOf(take(path));
  const place = (path: string, content: string | Asset["bytes"]): string => {
    const [, name = "", end = ""] = /^\/(.*)(\.\w+)$/.exec(path) ?? [];
    const asset = toAsset(path, content, { isImmutable: true });
    const address = `/joined/${name.replaceAll("/", "-")}.${asset.hash}${end}`;
    joined.set(address, asset);
    return address;
  };
  const read: JoinOptions["read"] = (path, role) => readModule(path, text(path), role);
  const html = withJoinedSheets(textOf(index), (paths) => {
    return place("/style.css", joinStyles(paths.map((path) => [path, text(path)])));
  })
    .replace(ICON, (_, path) => `<link rel="icon" href="${place(path, take(path).bytes)}"`)
    .replace(SCRIPT, (_, path) => `<script src="${place(path, squeezeScript(text(path)))}"></script>`)
    .replace(MODULE, (_, entry) => {
      return `<script type="module" src="${joinModules({ entry, read, place })}"></script>`;
    });
  // What two scripts import would run twice.
  if (html.split('<script type="module"').length > 2) {
    throw new Error("Cannot join the page: it has more than one module");
  }
  const others = namedIn([html.replace(UNNEEDED, ""), ...[...joined.values()].map(textOf)])
    .filter((path) => files.has(path) && !taken.has(path));
  return withShell(files, { html: withFacts(html, facts), own: joined, others });
}

/** As {@link joinPage}, for a page that cannot be joined: every file is part of it. */
export function plainPage(files: Files, facts: ServerFacts): Files {
  const index = files.get(INDEX);
  if (index === undefined) return new Map();
  const others = [...files.keys()].filter((path) => path !== INDEX && path !== SERVICE_WORKER);
  return withShell(files, { html: withFacts(textOf(index), facts), own: new Map(), others });
}

/** Everything in these texts that may be the address of a file. */
function namedIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, path = ""]) => path));
}

/** One sheet in the place of the first, none in that of the others. */
function withJoinedSheets(html: string, join: (paths: readonly string[]) => string): string {
  const paths = [...html.matchAll(SHEETS)].map(([, , path = ""]) => path);
  if (paths.length === 0) return html;
  const address = join(paths);
  let isFirst = true;
  return html.replace(SHEETS, (_, blanks) => {
    const link = isFirst ? `${blanks}<link rel="stylesheet" href="${address}">` : "";
    isFirst = false;
    return link;
  });
}

/** With what `/api/v1/server` answers in it, so that nothing has to be asked before the first view. */
function withFacts(html: string, facts: ServerFacts): string {
  const content = JSON.stringify(facts).replaceAll("&", "&amp;").replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return html.replace("</head>", () => `  <meta name="go-chat-server" content="${content}">\n  </head>`);
}

function withShell(
  files: Files,
  { html, own, others }: { readonly html: string; readonly own: Files; readonly others: readonly string[] },
): Files {
  const served = new Map([...own, ["/", toAsset(INDEX, html)]]);
  const shell = [...new Set(["/", ...own.keys(), ...others])];
  const worker = files.get(SERVICE_WORKER);
  const hashes = shell.map((path) => `${path} ${(served.get(path) ?? files.get(path))?.hash}`);
  const version = hashOf([...hashes, worker?.hash ?? ""].join("\n"));
  served.set("/shell.json", toAsset("shell.json", JSON.stringify({ version, files: shell })));
  if (worker !== undefined) {
    served.set(SERVICE_WORKER, toAsset(SERVICE_WORKER, `// ${version}\n${textOf(worker)}`));
  }
  return served;
}
