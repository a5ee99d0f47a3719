import assert from "node:assert/strict";
import { acceptedEncodings } from "./encoding.ts";

const CASES: readonly (readonly [header: string | null, accepted: readonly string[]])[] = [
  [null, ["identity"]],
  ["", ["identity"]],
  ["gzip, deflate, br, zstd", ["br", "gzip", "identity"]],
  ["GZIP", ["gzip", "identity"]],
  ["gzip;q=0.5, br;q=0.1", ["gzip", "br", "identity"]],
  ["gzip;q=0, br", ["br", "identity"]],
  ["gzip;q=0.0", ["identity"]],
  ["gzip ; q=0.001", ["gzip", "identity"]],
  ["identity, gzip;q=0.5", ["identity", "gzip"]],
  ["*", ["br", "gzip", "identity"]],
  ["br;q=0, *;q=0.5", ["gzip", "identity"]],
  ["gzip, *;q=0", ["gzip"]],
  ["identity;q=0", ["identity"]],
  ["*;q=0", ["identity"]],
  ["xgzip, brotli", ["identity"]],
];

for (const [header, accepted] of CASES) {
  Deno.test(`acceptedEncodings() reads ${JSON.stringify(header)} as ${accepted.join(", ")}`, () => {
    assert.deepEqual(acceptedEncodings(header), accepted);
  });
}
