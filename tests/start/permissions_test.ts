/** What a program may touch that runs with the permissions of `deno task start`. */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Tries everything and says which of it went through. */
const PROBE = `
const tries = {
  "read the checkout": () => Deno.readTextFile("deno.json"),
  "read a setting": async () => Deno.env.get("CHAT_PORT") === "4711" || Promise.reject(),
  "read outside": () => Deno.readTextFile("/etc/passwd"),
  "list outside": async () => { for await (const _ of Deno.readDir("/")) return; },
  "read above": () => Deno.readTextFile("../probe.txt"),
  "write outside": () => Deno.writeTextFile(Deno.args[0], "x"),
  "run a program": () => new Deno.Command("true").output(),
  "run itself": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).output(),
  "load native code": async () => Deno.dlopen("libc.so.6", {}),
  "read the environment": async () => Deno.env.get("HOME") !== undefined || Promise.reject(),
  "ask for more": async () => (await Deno.permissions.request({ name: "run" })).state === "granted" || Promise.reject(),
  "import from elsewhere": () => import("https://example.com/x.js"),
};
for (const [what, act] of Object.entries(tries)) {
  const went = await Promise.resolve().then(act).then(() => true, () => false);
  if (went) console.log(what);
}
`;

Deno.test("deno task start reads nothing outside of its folders, starts no program and loads no native code", async () => {
  const words = manifest.tasks.start.command.split(" ");
  const flags = words.slice(words.indexOf("run") + 1, -1);
  assert.deepEqual(flags.filter((flag) => /^(-A|--allow)/.test(flag)), [], "Nothing beside the set");
  await using directory = await TemporaryDirectory.make();
  const probe = await directory.write("probe.ts", PROBE);
  const said = await runQuietly(
    Deno.execPath(),
    ["run", ...flags, "--quiet", "--config", "deno.json", probe, directory.at("written")],
    { cwd: fromFileUrl(ROOT), env: { CHAT_PORT: "4711", NO_COLOR: "1" } },
  );
  assert.deepEqual(said.trim().split("\n"), ["read the checkout", "read a setting"]);
});
