import assert from "node:assert/strict";
import { runProgram } from "../support/program.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { startServer } from "../support/server.ts";
import { statusOf } from "../support/status.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** The program with access to a whole directory, which is also where it runs and keeps its data. */
function commandIn(directory: string): readonly string[] {
  const checkout = fromFileUrl(ROOT);
  return [
    Deno.execPath(),
    "run",
    "-P",
    "--no-prompt",
    `--allow-read=${checkout},${directory}`,
    `--allow-write=${directory}`,
    `${checkout}/main.ts`,
  ];
}

/** What the program says of settings it refuses: exit code 2 and one line. */
async function refusal(
  directory: TemporaryDirectory,
  given: { readonly args?: readonly string[]; readonly env?: Record<string, string> },
): Promise<string> {
  const ended = await runProgram({ ...given, command: commandIn(directory.path), cwd: directory.path });
  assert.equal(ended.code, 2, ended.stderr);
  assert.equal(ended.stdout, "");
  assert.equal(ended.lines.length, 1, ended.stderr);
  return ended.lines[0] ?? "";
}

Deno.test("a setting comes from the flag before the environment before config.ini before the default", async () => {
  await using directory = await TemporaryDirectory.make();
  const say = async (args: readonly string[], env: Record<string, string>): Promise<string> =>
    / cannot be "." \(from ([^)]+)\), allowed/.exec(await refusal(directory, { args, env }))?.[1] ?? "";
  assert.equal(await say(["--port", "x"], { CHAT_PORT: "y" }), "flag --port");
  assert.equal(await say([], { CHAT_PORT: "y" }), "environment CHAT_PORT");
  await directory.write("config/config.ini", "[service]\nHttpPort = z\n");
  assert.equal(await say([], { CHAT_PORT: "y" }), "environment CHAT_PORT");
  assert.equal(await say([], {}), "[service] HttpPort in ./config/config.ini");
  await directory.write("config.ini", "[service]\nHttpPort = z\n");
  assert.equal(await say([], {}), "[service] HttpPort in ./config.ini");
  const named = await directory.write("named.ini", "[service]\nHttpPort = z\n");
  assert.equal(await say(["--config", named], {}), `[service] HttpPort in ${named}`);
});

Deno.test("config.ini decides what flag and environment leave open", async () => {
  await using directory = await TemporaryDirectory.make();
  await directory.write("config.ini", "[service]\nAppMode = debug\nDataDir = ./from-config\nHttpPort = 1\n");
  await using server = await startServer({
    command: commandIn(directory.path),
    cwd: directory.path,
    dataDir: directory.at("from-flag"),
    env: { CHAT_DATA_DIR: directory.at("from-environment") },
  });
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
  const names = await Array.fromAsync(Deno.readDir(directory.path), (entry) => entry.name);
  assert.deepEqual(names.sort(), ["config.ini", "from-flag"]);
});

const UNREACHABLE = [
  ["[mysql]\nDbHost = 127.0.0.1\nDbPort = 1\nDbUser = root\nDbPassWord = hush", "MySQL at 127.0.0.1:1"],
  ["[MongoDB]\nMongoDBAddr = 127.0.0.1\nMongoDBPort = 1", "MongoDB at 127.0.0.1:1"],
  ["[redis]\nRedisAddr = 127.0.0.1:1\nRedisDbName = 0", "Redis at 127.0.0.1:1"],
] as const;

for (const [section, name] of UNREACHABLE) {
  Deno.test(`a start without its ${name.split(" ", 1)} is refused, naming it`, async () => {
    await using directory = await TemporaryDirectory.make();
    await directory.write("config/config.ini", `[service]\nAppMode = debug\nStartTimeout = 1\n${section}\n`);
    const { code, stdout, stderr, lines } = await runProgram({
      command: commandIn(directory.path),
      cwd: directory.path,
    });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.ok(lines.at(-1)?.includes(name), stderr);
    assert.ok(!stderr.includes("hush"));
  });
}

Deno.test("a broken config.ini is refused, naming file and line", async () => {
  await using directory = await TemporaryDirectory.make();
  await directory.write("config.ini", "[service]\nAppMode debug\n");
  assert.match(
    await refusal(directory, {}),
    /"\.\/config\.ini": line 2 is neither a \[section\] nor name = value$/,
  );
});

Deno.test("a --config that does not exist is refused", async () => {
  await using directory = await TemporaryDirectory.make();
  const path = directory.at("missing.ini");
  assert.ok(
    (await refusal(directory, { args: ["--config", path] })).endsWith(`"${path}": there is no such file`),
  );
});

const WEAK: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  [
    "a secret under 32 bytes",
    { CHAT_SECRET: "hushhushhushhushhushhushhushhus" },
    /CHAT_SECRET.*at least 32 bytes/,
  ],
  ["a bcrypt cost under 10", { CHAT_BCRYPT_COST: "9" }, /CHAT_BCRYPT_COST.*from 10 to 14/],
  ["a public address on http", { CHAT_PUBLIC_URL: "http://chat.example.com" }, /CHAT_PUBLIC_URL.*https/],
];
for (const [name, env, expected] of WEAK) {
  Deno.test(`release refuses ${name}`, async () => {
    await using directory = await TemporaryDirectory.make();
    const line = await refusal(directory, { env });
    assert.match(line, expected);
    assert.ok(!line.includes("hush"));
  });
}

Deno.test("a certificate that is none is refused", async () => {
  await using directory = await TemporaryDirectory.make();
  const pem = await directory.write(
    "cert.pem",
    "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
  );
  const env = { CHAT_TLS_CERT: pem, CHAT_TLS_KEY: pem, CHAT_HOST: "127.0.0.1", CHAT_PORT: "0" };
  assert.match(await refusal(directory, { env }), /CHAT_TLS_CERT/);
  const missing = { ...env, CHAT_TLS_KEY: directory.at("missing.pem") };
  assert.match(await refusal(directory, { env: missing }), /CHAT_TLS_KEY.*a readable PEM file$/);
});

Deno.test("a port in use is refused, naming host, port and source", async () => {
  await using server = await startServer();
  await using directory = await TemporaryDirectory.make();
  const args = ["--host", "127.0.0.1", "--port", server.url.port, "--mode", "debug"];
  const line = await refusal(directory, { args });
  assert.ok(line.includes(`127.0.0.1:${server.url.port} is in use`));
  assert.ok(line.includes("(from flag --port)"));
});

Deno.test("an address that is not of this machine is refused", async () => {
  await using directory = await TemporaryDirectory.make();
  assert.match(
    await refusal(directory, { args: ["--host", "192.0.2.1"] }),
    /CHAT_HOST cannot be "192\.0\.2\.1"/,
  );
});
