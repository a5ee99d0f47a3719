import assert from "node:assert/strict";
import { assertFault, assertWell, type Found, runDoctor } from "../../support/doctored.ts";
import { openTestMongo, shareFerret } from "../../support/ferretdb.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

await shareFerret();

async function look(url: string): Promise<readonly Found[]> {
  await using directory = await TemporaryDirectory.make();
  return await runDoctor({ dataDir: directory.path, env: { CHAT_MONGODB_URL: url }, args: ["--port", "0"] });
}

Deno.test("doctor finds nothing wrong with a MongoDB that stores, and one that is not there", async () => {
  await using mongo = await openTestMongo();
  const findings = await look(mongo.url);
  assertWell(findings);
  assert.match(findings.find(({ check }) => check === "MongoDB")?.seen ?? "", /version \d/);
  assertFault(await look("mongodb://127.0.0.1:1/go_chat"), "MongoDB", /cannot|Cannot/);
});
