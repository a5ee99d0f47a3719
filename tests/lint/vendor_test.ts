import assert from "node:assert/strict";
import { VENDOR_FOLDER, vendoredFiles } from "../support/vendor.ts";

Deno.test({
  name: "static/vendor/ can be made again, byte for byte (mend it by `deno task vendor`)",
  // The bundler is a program of its own: its pipes end after it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    for (const [name, text] of await vendoredFiles()) {
      assert.equal(await Deno.readTextFile(`${VENDOR_FOLDER}/${name}`), text, name);
    }
  },
});
