/** What SECURITY.md says of the runtime is what the cases assert. */
import assert from "node:assert/strict";
import { ROOT } from "../../support/paths.ts";
import { DEVIATIONS } from "./deviations.ts";

Deno.test("SECURITY.md names each deviation from RFC 6455, and what the RFC asks", async () => {
  const rows = (await Deno.readTextFile(new URL("SECURITY.md", ROOT))).split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  for (const { what, asked } of Object.values(DEVIATIONS)) {
    assert.ok(rows.some(([, sent, wanted]) => sent === what && wanted === asked), what);
  }
});
