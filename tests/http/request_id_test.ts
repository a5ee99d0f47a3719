import assert from "node:assert/strict";
import { AppHarness } from "./app_harness.ts";

const GIVEN = "7f3c:proxy-1.example+42";

async function idOf(http: AppHarness, path: string, peer: string, given: string): Promise<string> {
  const response = await http.fetch("GET", path, { peer, headers: { "x-request-id": given } });
  await response.body?.cancel();
  return response.headers.get("x-request-id") ?? "";
}

Deno.test("every answer names its request, by the id of a trusted proxy where it is well-formed", async () => {
  await using http = await AppHarness.open({ trustProxy: ["10.0.0.0/8"] });
  for (const path of ["/healthz", "/api/v1/server", "/none", "/api/v1/user/me", "/", "/ws"]) {
    assert.equal(await idOf(http, path, "10.0.0.1", GIVEN), GIVEN, path);
    assert.match(await idOf(http, path, "192.0.2.1", GIVEN), /^[\da-f-]{36}$/, path);
  }
  for (const wrong of ["", "two words", "x".repeat(65), '"quoted"', "<b>"]) {
    assert.match(await idOf(http, "/healthz", "10.0.0.1", wrong), /^[\da-f-]{36}$/, wrong);
  }
});
