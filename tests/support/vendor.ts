/**
 * Writes `static/vendor/`: what the page's views are drawn with, as one module, with the licences of what is in it.
 *
 * `deno task vendor` writes it; a test makes it again and compares. The versions are those of deno.lock.
 *
 * @module
 */
import * as esbuild from "esbuild";
import { fromFileUrl, ROOT } from "./paths.ts";

/** Where the files are. */
export const VENDOR_FOLDER = fromFileUrl(new URL("static/vendor", ROOT));

/** What the views may use; a name that is not here is not in the page. */
const ENTRY = `
export { Fragment, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal } from "@preact/signals";
import { h } from "preact";
import htm from "htm";
export const html = htm.bind(h);
`;

/** What the page has of others, in one file of `static/vendor/`. */
export const PACKAGES = ["preact", "@preact/signals", "@preact/signals-core", "htm"] as const;

/** A file of `static/vendor/`: its name and its text. */
export type VendoredFile = readonly [name: string, text: string];

/** Makes the files anew. */
export async function vendoredFiles(): Promise<readonly VendoredFile[]> {
  await fetchPackages();
  const packages = await Promise.all(PACKAGES.map(readPackage));
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(", ");
  return [
    [
      "preact.js",
      `// @ts-self-types="./preact.d.ts"\n// @ts-nocheck\n// ${names}; licences in LICENSES.txt. Made by: deno task vendor\n${await bundle()}`,
    ],
    [
      "LICENSES.txt",
      packages.map(({ name, version, license }) => `${name} ${version}\n\n${license}`).join("\n"),
    ],
  ];
}

async function bundle(): Promise<string> {
  try {
    const result = await esbuild.build({
      stdin: { contents: ENTRY, loader: "js", resolveDir: VENDOR_FOLDER },
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      write: false,
      plugins: [{
        name: "packages of deno.lock",
        setup: (build): void => {
          build.onResolve({ filter: /^[@\w]/ }, ({ path }) => ({ path: fileOf(path) }));
        },
      }],
    });
    return result.outputFiles[0]?.text ?? "";
  } finally {
    await esbuild.stop();
  }
}

/** Has the runtime fetch what is to be bundled. Not by `import`: Preact's types would make all of this a page's code. */
async function fetchPackages(): Promise<void> {
  for (const name of [...PACKAGES, "preact/hooks"]) await import(name);
}

/** The file behind a package's name, as the runtime resolves it for an import. */
function fileOf(specifier: string): string {
  return fromFileUrl(new URL(import.meta.resolve(specifier)));
}

async function readPackage(name: string): Promise<{ name: string; version: string; license: string }> {
  const folder = fileOf(name).replace(/(\/(?:dist|src)\/).*$/, "");
  const { version } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  return { name, version, license: await Deno.readTextFile(`${folder}/LICENSE`) };
}

if (import.meta.main) {
  await Deno.mkdir(VENDOR_FOLDER, { recursive: true });
  for (const [name, text] of await vendoredFiles()) {
    await Deno.writeTextFile(`${VENDOR_FOLDER}/${name}`, text);
  }
}
