import assert from "node:assert/strict";
import { AppHarness } from "./app_harness.ts";

Deno.test("GET /admin/figures answers an owner, refuses a member with 403 and anybody else with 401", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const owner = await http.join("boss");
  const member = await http.join("ann");
  const answer = await http.call("GET", "/admin/figures", { token: owner.token });
  assert.equal(answer.status, 200);
  const { sample_seconds: each, newest, times, series } = Object(answer.data);
  assert.deepEqual([each, newest, times, series.online], [10, null, [], []]);
  assert.equal((await http.call("GET", "/admin/figures", { token: member.token })).status, 403);
  assert.equal((await http.call("GET", "/admin/figures")).status, 401);
});

Deno.test("GET /admin/figures refuses a time that it does not keep, naming the field", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  const { token } = await http.join("boss");
  for (const minutes of ["0", "361", "x", "1.5"]) {
    const answer = await http.call("GET", `/admin/figures?minutes=${minutes}`, { token });
    assert.deepEqual([answer.status, Object.keys(answer.fields ?? {})], [400, ["minutes"]]);
  }
});
