import assert from "node:assert/strict";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import manifest from "../../../deno.json" with { type: "json" };
import { filesEnding } from "../../lint/tree.ts";
import { ALLOWED, ALLOWED_IN_TESTS, billOf } from "./bom.ts";
import { readPackages } from "./packages.ts";
import { cycloneDxSchemas } from "./schemas.ts";

const packages = await readPackages();
const FACTS = {
  version: "1.2.3",
  serial: "01890a5d-ac96-774b-bcce-b302099a8057",
  timestamp: "2026-01-01T00:00:00.000Z",
};

Deno.test("billOf() makes what the schema of CycloneDX takes", async () => {
  const [bill, ...others] = await cycloneDxSchemas();
  const ajv = new Ajv.Ajv({ strict: false });
  for (const [name, schema] of others) ajv.addSchema(schema, name);
  addFormats.default(ajv);
  for (const name of ["iri-reference", "idn-email"]) ajv.addFormat(name, true);
  const validate = ajv.compile(bill?.[1] ?? {});
  assert.ok(validate(billOf(packages, FACTS)), JSON.stringify(validate.errors));
  assert.equal(
    validate({ ...billOf(packages, FACTS), components: [{ name: 1 }] }),
    false,
    "It refuses as well",
  );
});

Deno.test("readPackages() has all of the lock file, and knows what the program has from what tests have", () => {
  assert.ok(packages.length > 100);
  const shipped = packages.filter(({ isShipped }) => isShipped).map(({ name }) => name);
  for (
    const name of [
      "hono",
      "zod",
      "mysql2",
      "mongodb",
      "ioredis",
      "bcryptjs",
      "ws",
      "preact",
      "@preact/signals",
      "htm",
    ]
  ) {
    assert.ok(shipped.includes(name), name);
  }
  for (const name of ["playwright-core", "esbuild", "axe-core", "fast-check"]) {
    assert.ok(!shipped.includes(name), name);
  }
});

Deno.test("Every package has a licence that is allowed where it is, and a hash", () => {
  const faults = packages.filter(({ licence, integrity, isShipped }) =>
    !/^sha512-/.test(integrity) ||
    (licence === null ? isShipped : !(isShipped ? ALLOWED : ALLOWED_IN_TESTS).has(licence))
  );
  assert.deepEqual(faults, []);
});

Deno.test("Nothing of a package is run when it is installed, and nothing younger than days gets in", async () => {
  assert.equal(manifest.nodeModulesDir, "none", "Without it there is nothing that could be built");
  assert.ok(!("allowScripts" in manifest));
  assert.match(manifest.minimumDependencyAge, /^P[1-9]\d*D$/);
  const asking = (await filesEnding([".ts", ".json", ".yaml", "Dockerfile", ".ci/run"]))
    .filter(({ path, text }) => !path.startsWith("tests/support/sbom/") && /--allow-scripts/.test(text));
  assert.deepEqual(asking.map(({ path }) => path), []);
});

Deno.test("The lock file is frozen for every command, and no task thaws it", () => {
  assert.equal(manifest.lock.frozen, true);
  const thawing = Object.entries(manifest.tasks).filter(([, { command }]) =>
    /--frozen=|--no-lock/.test(command)
  );
  assert.deepEqual(thawing, []);
});
