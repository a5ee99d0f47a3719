/**
 * `deno task sbom`: what goes in, as CycloneDX in dist/sbom.json, and a table of it with the licences.
 *
 * @module
 */
import manifest from "../../../deno.json" with { type: "json" };
import { fromFileUrl, ROOT } from "../paths.ts";
import { say } from "../say.ts";
import { billOf } from "./bom.ts";
import { readPackages } from "./packages.ts";

const FILE = "dist/sbom.json";

const packages = await readPackages();
const facts = { version: manifest.version, serial: crypto.randomUUID(), timestamp: new Date().toISOString() };
await Deno.mkdir(new URL("dist/", ROOT), { recursive: true });
await Deno.writeTextFile(new URL(FILE, ROOT), `${JSON.stringify(billOf(packages, facts), null, 2)}\n`);
for (const { name, version, licence, isShipped } of packages) {
  const where = isShipped ? "program" : "tests  ";
  say(`${where}  ${`${name} ${version}`.padEnd(44)} ${licence ?? "for another system, not here"}`);
}
const shipped = packages.filter(({ isShipped }) => isShipped).length;
say(`${fromFileUrl(new URL(FILE, ROOT))}: ${packages.length} packages, ${shipped} of them in the program`);
