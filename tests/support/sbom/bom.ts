/**
 * Packages as a bill of materials, in CycloneDX 1.6.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Package } from "./packages.ts";

/** Licences under which something may come in: none asks anything of who runs or changes the program. */
export const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
]);
/** Of the tests alone, which nobody is given: axe-core. */
export const ALLOWED_IN_TESTS: ReadonlySet<string> = new Set([...ALLOWED, "MPL-2.0"]);

/** The document. `serial` is a UUID. */
export function billOf(
  packages: readonly Package[],
  { version, serial, timestamp }: {
    readonly version: string;
    readonly serial: string;
    readonly timestamp: string;
  },
): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: {
      timestamp,
      component: {
        type: "application",
        "bom-ref": "go-chat",
        name: "go-chat",
        version,
        licenses: licenceOf("MIT"),
      },
    },
    components: packages.map(componentOf),
  };
}

function componentOf({ name, version, integrity, licence, isShipped }: Package): object {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [, digest = ""] = /^sha512-(.+)$/.exec(integrity) ?? [];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    scope: isShipped ? "required" : "excluded",
    hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    ...(licence === null ? {} : { licenses: licenceOf(licence) }),
  };
}

function licenceOf(expression: string): object[] {
  return /^[\w.-]+$/.test(expression) ? [{ license: { id: expression } }] : [{ expression }];
}
