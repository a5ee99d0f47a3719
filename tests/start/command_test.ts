import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { ROOT } from "../support/paths.ts";
import { type Ended, runProgram } from "../support/program.ts";
import { startServer } from "../support/server.ts";
import { statusOf } from "../support/status.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** Holds an end to "exit code 2, nothing on standard output, one line on standard error". */
function refusedBy(ended: Ended): string {
  assert.equal(ended.code, 2, ended.stderr);
  assert.equal(ended.stdout, "");
  assert.equal(ended.lines.length, 1, ended.stderr);
  return ended.lines[0] ?? "";
}

for (const args of [["help"], ["--help"], ["-h"], ["serve", "--help"]]) {
  Deno.test(`"${args.join(" ")}" prints every flag and ends with 0`, async () => {
    const { code, stdout, lines } = await runProgram({ args });
    assert.equal(code, 0);
    assert.deepEqual(lines, []);
    for (const flag of ["--host", "--port", "--data", "--config", "--mode", "--dev"]) {
      assert.ok(stdout.includes(flag));
    }
  });
}

for (const args of [["version"], ["--version"]]) {
  Deno.test(`"${args.join(" ")}" prints the version and ends with 0`, async () => {
    const { code, stdout } = await runProgram({ args });
    assert.equal(code, 0);
    assert.equal(stdout, `go-chat ${manifest.version}\n`);
  });
}

for (const args of [["start"], ["serve", "now"], ["--prot", "1"], ["--port"], ["--dev=yes"]]) {
  Deno.test(`"${args.join(" ")}" is refused with 2 and one line`, async () => {
    assert.match(refusedBy(await runProgram({ args })), /^Cannot start: .+, allowed: /);
  });
}

Deno.test("serve may be said, and the last of a repeated flag counts", async () => {
  await using server = await startServer({ args: ["serve", "--port", "1", "--port", "0"] });
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
});

Deno.test("a --data outside the checkout is refused with a command that works", async () => {
  await using outside = await TemporaryDirectory.make();
  const data = outside.at("data");
  const line = refusedBy(await runProgram({ args: ["--data", data, "--port", "0", "--mode", "debug"] }));
  assert.ok(line.includes(`--data ${JSON.stringify(data)} is outside`));
  const command = /allowed: run (deno run -P .+)$/.exec(line)?.[1]?.split(" ") ?? [];
  assert.deepEqual(command.slice(0, 2), ["deno", "run"]);
  assert.ok(command.includes(`--allow-write=${data}`));
  assert.ok(command.some((word) => word.startsWith("--allow-read=") && word.endsWith(data)));
  await using server = await startServer({ command: [Deno.execPath(), ...command.slice(1)], dataDir: data });
  assert.equal(await statusOf(server.url), 200);
});

Deno.test("a --config outside the checkout is refused with a command that works", async () => {
  await using outside = await TemporaryDirectory.make();
  const config = await outside.write("chat.ini", "[service]\nAppMode = debug\n");
  const line = refusedBy(await runProgram({ args: ["--config", config, "--port", "0"] }));
  assert.ok(line.includes(`--config ${JSON.stringify(config)} is outside`));
  assert.ok(line.includes(`--allow-read=.,${config} main.ts --config ${config} --port 0`));
  assert.ok(!line.includes("--allow-write"));
});

Deno.test("access to the data directory alone is enough: the page and the hash workers come with the program", async () => {
  await using outside = await TemporaryDirectory.make();
  const { path } = outside;
  const access = [`--allow-read=${path}`, `--allow-write=${path}`];
  const command = [Deno.execPath(), "run", "-P", "--no-prompt", ...access, "main.ts"];
  await using server = await startServer({ command, dataDir: path });
  for (const file of ["/", "/shell.json", "/app.js", "/core/connection.js", "/styles/base.css", "/docs/"]) {
    assert.equal(await statusOf(new URL(file, server.url)), 200, file);
  }
  const icon = "icons/app-192.png";
  const served = await fetch(new URL(icon, server.url));
  assert.deepEqual(await served.bytes(), await Deno.readFile(new URL(`static/${icon}`, ROOT)));
  const body = JSON.stringify({ username: "testuser", email: "test@example.com", password: "123456" });
  assert.equal(await statusOf(new URL("/api/v1/auth/register", server.url), { method: "POST", body }), 200);
});

Deno.test("a --data anywhere in the checkout needs no more access", async () => {
  const data = `./data/test-${crypto.randomUUID()}`;
  try {
    const command = [Deno.execPath(), "run", "-P", "--no-prompt", "main.ts"];
    await using server = await startServer({ command, dataDir: data });
    assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
  } finally {
    await Deno.remove(new URL(`../../${data}`, import.meta.url), { recursive: true });
  }
});
