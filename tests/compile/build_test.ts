import assert from "node:assert/strict";
import { compileArgs } from "./build.ts";

Deno.test("compileArgs() bakes the permission set of the executable and never all permissions", () => {
  const args = compileArgs("dist/go-chat", "2.9.6");
  assert.ok(args.includes("--permission-set=executable"));
  assert.ok(!args.some((arg) => /^(-A|--allow-all)$/.test(arg)));
});

Deno.test("compileArgs() leaves out what the oldest supported version does not know", () => {
  assert.ok(compileArgs("dist/go-chat", "2.9.0").includes("--exclude-unused-npm"));
  assert.ok(!compileArgs("dist/go-chat", "2.6.10").includes("--exclude-unused-npm"));
});

Deno.test("The permission set of the executable never has run or ffi", async () => {
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.deepEqual(Object.keys(permissions.executable).sort(), ["env", "net", "read", "sys", "write"]);
});
