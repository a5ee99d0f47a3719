import assert from "node:assert/strict";
import { compileArgs, readWishes } from "./build.ts";

const BUNDLE = { directory: "/tmp/bundle", main: "main.js", included: ["static", "worker.ts"] };

Deno.test("compileArgs() bakes the permission set of the executable and never all permissions", () => {
  const args = compileArgs(BUNDLE, "dist/go-chat", null);
  assert.ok(args.includes("--permission-set=executable"));
  assert.ok(!args.some((arg) => /^(-A|--allow-all)$/.test(arg)));
});

Deno.test("compileArgs() names what no import does, and the machine only where it is another", () => {
  const args = compileArgs(BUNDLE, "dist/go-chat", null);
  assert.deepEqual(args.filter((_, at) => args[at - 1] === "--include"), BUNDLE.included);
  assert.ok(!args.includes("--target"));
  const others = compileArgs(BUNDLE, "dist/go-chat", "aarch64-apple-darwin");
  assert.equal(others[others.indexOf("--target") + 1], "aarch64-apple-darwin");
});

Deno.test("readWishes() knows the machines there is a base for, and what an executable is called there", () => {
  assert.deepEqual(readWishes(["--target", "x86_64-pc-windows-msvc"]), {
    output: "dist/go-chat.exe",
    target: "x86_64-pc-windows-msvc",
  });
  assert.deepEqual(readWishes(["--output", "chat", "--target", "aarch64-unknown-linux-gnu"]), {
    output: "chat",
    target: "aarch64-unknown-linux-gnu",
  });
  assert.throws(
    () => readWishes(["--target", "pdp11"]),
    /Cannot compile for "pdp11"/,
  );
});

Deno.test("The permission set of the executable never has run or ffi", async () => {
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assert.deepEqual(Object.keys(permissions.executable).sort(), ["env", "net", "read", "sys", "write"]);
});
