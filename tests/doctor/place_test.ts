import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assertFault, assertWell, type Found, runDoctor } from "../support/doctored.ts";
import { runQuietly } from "../support/run.ts";
import { programCommand, startServer } from "../support/server.ts";
import { mayMount, SmallDisk } from "../support/small_disk.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

/** A directory as a first start leaves it. */
async function settled(): Promise<TemporaryDirectory> {
  const directory = await TemporaryDirectory.make();
  await using server = await startServer({ mode: "release", dataDir: directory.path });
  await server.stop();
  return directory;
}

function look(dataDir: string, env: Record<string, string> = {}, port = "0"): Promise<readonly Found[]> {
  return runDoctor({ dataDir, env, args: ["--port", port] });
}

Deno.test("doctor finds nothing wrong before the first start, and makes nothing", async () => {
  await using directory = await TemporaryDirectory.make();
  assertWell(await look(directory.path));
  assert.deepEqual(await Array.fromAsync(Deno.readDir(directory.path)), []);
});

Deno.test("doctor finds nothing wrong with a server that runs, and one that ended", async () => {
  await using directory = await TemporaryDirectory.make();
  await using server = await startServer({ mode: "release", dataDir: directory.path });
  const running = await look(directory.path, {}, server.url.port);
  assertWell(running);
  assert.match(running.find(({ check }) => check === "port")?.seen ?? "", /Our own server/);
  const { port } = server.url;
  assert.equal(await server.stop(), 0);
  const ended = await look(directory.path, {}, port);
  assertWell(ended);
  assert.match(ended.find(({ check }) => check === "port")?.seen ?? "", /is free/);
});

Deno.test("doctor finds a directory that others may look into", async () => {
  await using directory = await settled();
  await Deno.chmod(directory.path, 0o755);
  assertFault(await look(directory.path), "data directory", /mode 0755/);
});

Deno.test("doctor finds a secret that others may read", async () => {
  await using directory = await settled();
  await Deno.chmod(join(directory.path, "secret"), 0o644);
  assertFault(await look(directory.path), "data directory", /secret \(mode 0644\)/);
});

Deno.test("doctor finds a port that another program holds", async () => {
  await using directory = await settled();
  await using other = Deno.serve(
    { hostname: "0.0.0.0", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  assertFault(await look(directory.path, {}, String(other.addr.port)), "port", /another program/);
});

Deno.test("doctor finds too few descriptors", async () => {
  await using directory = await settled();
  const findings = await runDoctor({
    command: ["prlimit", "--nofile=256:256", ...programCommand(directory.path)],
    args: ["--port", "0"],
    dataDir: directory.path,
  });
  assertFault(findings, "descriptors", /Only \d+ descriptors/);
});

Deno.test({
  name: "doctor finds a full disk",
  ignore: !mayMount() && Deno.env.get("REQUIRE_BACKENDS") !== "1",
  async fn(): Promise<void> {
    await using disk = await SmallDisk.mount(8);
    await disk.fill();
    assertFault(await look(disk.path), "disk", /Only 0 MiB/);
  },
});

Deno.test("doctor finds a damaged store", async () => {
  await using directory = await settled();
  using file = await Deno.open(join(directory.path, "chat.db"), { write: true });
  for (let page = 2; page < 20; page++) {
    await file.seek(page * 4_096, Deno.SeekMode.Start);
    await file.write(new Uint8Array(512).fill(0xa5));
  }
  assertFault(await look(directory.path), "store", /damaged|malformed/);
});

Deno.test("doctor finds a store that a newer version wrote", async () => {
  await using directory = await settled();
  {
    using database = new DatabaseSync(join(directory.path, "chat.db"));
    database.exec("insert into kysely_migration (name, timestamp) values ('9999_later', '2030')");
  }
  assertFault(await look(directory.path), "store", /9999_later/);
});

Deno.test("doctor finds a secret that can be guessed, and does not say it", async () => {
  await using directory = await settled();
  const findings = await look(directory.path, { CHAT_SECRET: "hushhush".repeat(5) });
  assertFault(findings, "secret", /guess/);
  assert.doesNotMatch(JSON.stringify(findings), /hushhush/);
});

Deno.test("doctor finds a setting that cannot be used", async () => {
  await using directory = await settled();
  assertFault(await look(directory.path, { CHAT_BCRYPT_COST: "99" }), "settings", /CHAT_BCRYPT_COST/);
});

Deno.test("doctor says where settings come from, and which names are none", async () => {
  await using directory = await settled();
  const findings = await look(directory.path, { CHAT_LOG_LEVEL: "error", CHAT_PROT: "1" });
  assertWell(findings);
  const said = findings.filter(({ check }) => check === "settings").map(({ seen }) => seen).join("; ");
  assert.match(said, /CHAT_LOG_LEVEL from environment/);
  assert.match(said, /CHAT_PROT is no setting/);
});

/** Paths of a certificate that openssl makes. */
async function certificate(
  directory: string,
  name: string,
): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
  const make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const what = ["-keyout", key, "-out", cert, "-days", "90", "-subj", `/CN=${name}`];
  await runQuietly("openssl", [...make, ...what, "-addext", `subjectAltName=DNS:${name}`]);
  return { cert, key };
}

function lookAtTls(dataDir: string, { cert, key }: { cert: string; key: string }): Promise<readonly Found[]> {
  return look(dataDir, { CHAT_TLS_CERT: cert, CHAT_TLS_KEY: key });
}

Deno.test("doctor finds a certificate that expired, and a key of another", async () => {
  await using directory = await settled();
  const old = await certificate(directory.path, "old.test");
  await runQuietly("openssl", [
    "x509",
    "-in",
    old.cert,
    "-signkey",
    old.key,
    "-days",
    "-1",
    "-out",
    old.cert,
  ]);
  const sound = await certificate(directory.path, "sound.test");
  assertWell(await lookAtTls(directory.path, sound));
  assertFault(await lookAtTls(directory.path, old), "certificate", /expired/);
  assertFault(await lookAtTls(directory.path, { ...sound, key: old.key }), "certificate", /not that of/);
});
