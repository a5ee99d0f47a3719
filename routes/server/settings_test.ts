import assert from "node:assert/strict";
import { parseConfig } from "./config_file.ts";
import { readSettings, type Settings, type SettingsInput } from "./settings.ts";
import { SettingsError } from "./settings_error.ts";

const LONG_SECRET = "0123456789abcdef0123456789abcdef";

interface Given extends Partial<Omit<SettingsInput, "ini">> {
  readonly ini?: string;
}

function read({ ini, ...given }: Given = {}): Settings {
  return readSettings({
    flags: {},
    env: {},
    dev: false,
    ...given,
    ini: ini === undefined ? null : parseConfig(ini, "./config.ini"),
  });
}

/** The message of the refusal; also holds every refusal to one line and to its exit code's class. */
function refusal(given: Given): string {
  try {
    read(given);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.ok(!error.message.includes("\n"));
    return error.message;
  }
  assert.fail("The settings were accepted");
}

Deno.test("readSettings() defaults to release on every address", () => {
  const settings = read();
  assert.equal(settings.mode, "release");
  assert.equal(settings.host, "0.0.0.0");
  assert.equal(settings.loopback, false);
  assert.equal(settings.port, 8080);
  assert.equal(settings.dataDir, "./data");
  assert.equal(settings.secrets, null);
  assert.equal(settings.bcryptCost, 12);
  assert.equal(settings.logLevel, "info");
  assert.equal(settings.registration, "invite");
  assert.equal(settings.limitLogin, 10);
  assert.equal(settings.limitRegister, 20);
  assert.equal(settings.startTimeout, 30);
  assert.equal(settings.presenceEveryoneBelow, 500);
  assert.equal(settings.retentionDays, 0);
  assert.equal(settings.metricsToken, null);
  assert.deepEqual(settings.limits, {
    messages: { rate: 20, burst: 60 },
    frames: { rate: 50, burst: 200 },
    connections: 10,
    buffer: 1_048_576,
  });
  assert.ok(Object.isFrozen(settings));
});

Deno.test("readSettings() keeps debug to this machine, open and without limits", () => {
  const settings = read({ flags: { mode: "debug" } });
  assert.equal(settings.host, "127.0.0.1");
  assert.equal(settings.loopback, true);
  assert.equal(settings.registration, "open");
  assert.equal(settings.limitLogin, 0);
  assert.equal(settings.limitRegister, 0);
});

Deno.test("readSettings() takes --dev as defaults that everything given beats", () => {
  assert.equal(read({ dev: true }).mode, "debug");
  assert.equal(read({ dev: true }).dataDir, "./data/dev");
  assert.equal(read({ dev: true, env: { CHAT_APP_MODE: "release" } }).mode, "release");
  assert.equal(read({ dev: true, ini: "[service]\nDataDir = ./elsewhere" }).dataDir, "./elsewhere");
});

Deno.test("readSettings() prefers the flag, then the environment, then config.ini", () => {
  const ini = "[service]\nHttpPort = 3000\n";
  assert.equal(read({ ini }).port, 3000);
  assert.equal(read({ ini, env: { CHAT_PORT: "4000" } }).port, 4000);
  assert.equal(read({ ini, env: { CHAT_PORT: "4000" }, flags: { port: "5000" } }).port, 5000);
});

Deno.test("readSettings() takes an empty value for absent", () => {
  const ini = "[service]\nHttpPort = 3000\n[mysql]\nDbHost =\n";
  assert.equal(read({ ini, env: { CHAT_PORT: " ", CHAT_MYSQL_URL: "" } }).port, 3000);
});

Deno.test("readSettings() reads the documented config.ini whatever its case", () => {
  const settings = read({ ini: "[SERVICE]\nappmode = Debug\nHTTPPORT = 8081\n" });
  assert.equal(settings.mode, "debug");
  assert.equal(settings.port, 8081);
});

Deno.test("readSettings() takes the words of the environment in config.ini too", () => {
  const ini =
    "[service]\nCHAT_PUBLIC_URL = https://a.example\nlog_level = warn\n[limits]\nLIMIT_MESSAGES = 5/9\nframes = 0\n";
  const settings = read({ ini });
  assert.equal(settings.publicUrl?.origin, "https://a.example");
  assert.equal(settings.logLevel, "warning");
  assert.deepEqual(settings.limits.messages, { rate: 5, burst: 9 });
  assert.deepEqual(settings.limits.frames, { rate: 0, burst: 0 });
});

Deno.test("readSettings() reads lists of secrets and proxies", () => {
  const settings = read({
    env: { CHAT_SECRET: `${LONG_SECRET}, x${LONG_SECRET}`, CHAT_TRUST_PROXY: "127.0.0.1, 10.0.0.0/8, ::1" },
  });
  assert.deepEqual(settings.secrets, [LONG_SECRET, `x${LONG_SECRET}`]);
  assert.deepEqual(settings.trustProxy, ["127.0.0.1", "10.0.0.0/8", "::1"]);
  assert.deepEqual(read({ env: { CHAT_TRUST_PROXY: "OFF" } }).trustProxy, []);
});

Deno.test("readSettings() lists names that are no settings", () => {
  const settings = read({ env: { CHAT_PROT: "1" }, ini: "[service]\nHtpPort = 1\nAppMode = debug\n" });
  assert.deepEqual(settings.unknown, ["CHAT_PROT", "[service] HtpPort in ./config.ini"]);
});

const WRONG: readonly { readonly env: string; readonly text: string; readonly allowed: RegExp }[] = [
  { env: "CHAT_APP_MODE", text: "production", allowed: /debug, release/ },
  { env: "CHAT_HOST", text: "not a host", allowed: /IP address/ },
  { env: "CHAT_PORT", text: "65536", allowed: /0 to 65535/ },
  { env: "CHAT_PORT", text: "8080x", allowed: /0 to 65535/ },
  { env: "CHAT_PORT", text: "-1", allowed: /0 to 65535/ },
  { env: "CHAT_PORT", text: "1e3", allowed: /0 to 65535/ },
  { env: "CHAT_PUBLIC_URL", text: "chat.example.com", allowed: /https/ },
  { env: "CHAT_PUBLIC_URL", text: "https://a.example/path", allowed: /without a path/ },
  { env: "CHAT_PUBLIC_URL", text: "ftp://a.example", allowed: /https/ },
  { env: "CHAT_TRUST_PROXY", text: "on", allowed: /CIDR/ },
  { env: "CHAT_TRUST_PROXY", text: "10.0.0.0/99", allowed: /CIDR/ },
  { env: "CHAT_BCRYPT_COST", text: "15", allowed: /14/ },
  { env: "CHAT_LOG_LEVEL", text: "loud", allowed: /info/ },
  { env: "CHAT_LIMIT_MESSAGES", text: "20", allowed: /rate\/burst/ },
  { env: "CHAT_LIMIT_FRAMES", text: "20/0", allowed: /rate\/burst/ },
  { env: "CHAT_LIMIT_CONNECTIONS", text: "many", allowed: /whole number/ },
  { env: "CHAT_LIMIT_BUFFER", text: "1.5", allowed: /whole number/ },
  { env: "CHAT_LIMIT_MEMORY", text: "512M", allowed: /MiB, 0: off/ },
  { env: "CHAT_LIMIT_LOGIN", text: "off", allowed: /0: off/ },
  { env: "CHAT_LIMIT_REGISTER", text: "x", allowed: /0: off/ },
  { env: "CHAT_REGISTRATION", text: "anyone", allowed: /open, invite, closed/ },
  { env: "CHAT_START_TIMEOUT", text: "0", allowed: /1 to 3600/ },
  { env: "CHAT_PRESENCE_EVERYONE_BELOW", text: "x", allowed: /whole number/ },
  { env: "CHAT_RETENTION_DAYS", text: "x", allowed: /for ever/ },
  { env: "CHAT_TLS_CERT", text: "cert.pem", allowed: /only together with CHAT_TLS_KEY/ },
  { env: "CHAT_TLS_KEY", text: "key.pem", allowed: /only together with CHAT_TLS_CERT/ },
  { env: "CHAT_TRANSPORT", text: "soft", allowed: /native/ },
  { env: "CHAT_WORKERS", text: "65", allowed: /1 to 64/ },
  { env: "CHAT_WORKERS", text: "0", allowed: /1 to/ },
];

for (const { env, text, allowed } of WRONG) {
  Deno.test(`readSettings() refuses ${env}=${text}, naming setting, source and what is allowed`, () => {
    const message = refusal({ env: { [env]: text } });
    assert.ok(
      message.includes(`${env} cannot be ${JSON.stringify(text)} (from environment ${env}), allowed: `),
    );
    assert.match(message.slice(message.indexOf("allowed: ")), allowed);
  });
}

Deno.test("readSettings() names the flag or the line's name in config.ini as the source", () => {
  assert.match(refusal({ flags: { port: "x" } }), /CHAT_PORT cannot be "x" \(from flag --port\)/);
  assert.match(
    refusal({ ini: "[Service]\nhttpPort = x\n" }),
    /CHAT_PORT cannot be "x" \(from \[Service\] httpPort in \.\/config\.ini\)/,
  );
});

Deno.test("readSettings() quotes what it refuses into one short line", () => {
  const message = refusal({ env: { CHAT_PORT: `1\n2${"x".repeat(500)}` } });
  assert.ok(message.length < 250);
  assert.ok(message.includes("1\\n2"));
});

Deno.test("readSettings() never prints a secret that it refuses", () => {
  for (const env of ["CHAT_SECRET", "CHAT_METRICS_TOKEN"]) {
    const message = refusal({ env: { [env]: "hush hush" } });
    assert.ok(message.includes(env));
    assert.ok(!message.includes("hush"));
  }
});

Deno.test("readSettings() refuses in release what is too weak, and takes it in debug", () => {
  const weak = [
    { CHAT_SECRET: `${LONG_SECRET},short` },
    { CHAT_SECRET: "0123456789abcdef0123456789abcde" },
    { CHAT_BCRYPT_COST: "9" },
    { CHAT_PUBLIC_URL: "http://chat.example.com" },
  ];
  for (const env of weak) {
    assert.match(refusal({ env }), /release/);
    assert.equal(read({ env, flags: { mode: "debug" } }).mode, "debug");
  }
});

Deno.test("readSettings() takes http for the public address on a loopback address in release", () => {
  for (const url of ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:9000"]) {
    assert.equal(read({ env: { CHAT_PUBLIC_URL: url } }).publicUrl?.href, new URL(url).href);
  }
});

Deno.test("readSettings() reads the databases of the documented config.ini", () => {
  const documented =
    "[mysql]\nDbHost = localhost\nDbPort = 3306\nDbUser = root\nDbPassWord = your_password\n" +
    "DbName = go_chat\n[MongoDB]\nMongoDBName = go_chat_mongo\nMongoDBAddr = localhost\nMongoDBPort = 27017\n" +
    "[redis]\nRedisAddr = localhost:6379\nRedisDbName = 0\n";
  const { mysql, mongodb, redis } = read({ ini: documented });
  assert.deepEqual(mysql, {
    host: "localhost",
    port: 3306,
    user: "root",
    password: "your_password",
    database: "go_chat",
  });
  assert.deepEqual(mongodb, { url: "mongodb://localhost:27017/go_chat_mongo" });
  assert.deepEqual([redis?.host, redis?.port, redis?.database], ["localhost", 6379, 0]);
});

Deno.test("readSettings() takes the example file as nothing but defaults", async () => {
  const example = await Deno.readTextFile(new URL("../../docs/config.example.ini", import.meta.url));
  const { modeSource: _mode, portSource: _port, dataDirSource: _dir, ...given } = read({ ini: example });
  const { modeSource: _mode2, portSource: _port2, dataDirSource: _dir2, ...defaults } = read();
  assert.deepEqual(given, defaults);
});

Deno.test("readSettings() finds every setting of the table in the example file", async () => {
  const example = await Deno.readTextFile(new URL("../../docs/config.example.ini", import.meta.url));
  const { SETTINGS } = await import("./setting_rows.ts");
  for (const { key, env } of Object.values(SETTINGS)) {
    assert.match(example, new RegExp(`^${key} =`, "m"));
    assert.ok(example.includes(env));
  }
});
