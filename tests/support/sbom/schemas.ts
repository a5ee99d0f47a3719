/**
 * The schemas of CycloneDX, out of its library for JavaScript.
 *
 * @module
 */
import "@cyclonedx/cyclonedx-library/Spec";
import { z } from "zod";
import { fromFileUrl } from "../paths.ts";
import { runQuietly } from "../run.ts";

const Graph = z.object({ npmPackages: z.record(z.string(), z.object({ localPath: z.string() })) });
const NAMES = ["bom-1.6", "spdx", "jsf-0.82"];

/** Each under the address by which others point at it, that of the bill of materials first. */
export async function cycloneDxSchemas(): Promise<readonly (readonly [name: string, schema: object])[]> {
  const text = await runQuietly(Deno.execPath(), ["info", "--json", fromFileUrl(new URL(import.meta.url))]);
  const packages = Graph.parse(JSON.parse(text)).npmPackages;
  const found = Object.entries(packages).find(([id]) => id.startsWith("@cyclonedx/cyclonedx-library@"));
  if (found === undefined) throw new Error("Cannot find the library of CycloneDX among the packages");
  const folder = `${found[1].localPath}/res/schema`;
  return await Promise.all(NAMES.map(async (name) => {
    const file = `${name}.SNAPSHOT.schema.json`;
    const schema: unknown = JSON.parse(await Deno.readTextFile(`${folder}/${file}`));
    return [`http://cyclonedx.org/schema/${file}`, z.looseObject({}).parse(schema)] as const;
  }));
}
