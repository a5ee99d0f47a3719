import assert from "node:assert/strict";
import { join } from "node:path";
import { generatedSecret, prepareDataDir } from "./data_dir.ts";
import { SettingsError } from "./settings_error.ts";

class TemporaryDirectory implements AsyncDisposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "go-chat-test-" });

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("prepareDataDir() makes a directory for its owner alone", async () => {
  await using temporary = new TemporaryDirectory();
  const { path, warning } = await prepareDataDir(join(temporary.path, "a/b"), "flag --data");
  assert.equal(await modeOf(path), 0o700);
  assert.equal(warning, null);
});

Deno.test("prepareDataDir() warns of a directory that others can look into, and leaves it", async () => {
  await using temporary = new TemporaryDirectory();
  await Deno.chmod(temporary.path, 0o755);
  const { warning } = await prepareDataDir(temporary.path, "flag --data");
  assert.match(warning ?? "", /chmod 700/);
  assert.equal(await modeOf(temporary.path), 0o755);
});

for (const below of ["file", "file/below"]) {
  Deno.test(`prepareDataDir() refuses ${below}, naming setting and source`, async () => {
    await using temporary = new TemporaryDirectory();
    await Deno.writeTextFile(join(temporary.path, "file"), "");
    await assert.rejects(
      prepareDataDir(join(temporary.path, below), "flag --data"),
      (error) =>
        error instanceof SettingsError && /CHAT_DATA_DIR.*flag --data.*is a file$/.test(error.message),
    );
  });
}

Deno.test("generatedSecret() makes one of 64 characters for its owner alone, and keeps it", async () => {
  await using temporary = new TemporaryDirectory();
  const secret = await generatedSecret(temporary.path, randomBytes);
  assert.match(secret, /^[\w-]{64}$/);
  assert.equal(await modeOf(join(temporary.path, "secret")), 0o600);
  assert.equal(await generatedSecret(temporary.path, randomBytes), secret);
  const names = await Array.fromAsync(Deno.readDir(temporary.path), (entry) => entry.name);
  assert.deepEqual(names, ["secret"]);
});

Deno.test("generatedSecret() closes a secret that others could read", async () => {
  await using temporary = new TemporaryDirectory();
  const path = join(temporary.path, "secret");
  await Deno.writeTextFile(path, "x".repeat(32));
  await Deno.chmod(path, 0o644);
  assert.equal(await generatedSecret(temporary.path, randomBytes), "x".repeat(32));
  assert.equal(await modeOf(path), 0o600);
});

Deno.test("generatedSecret() starts over when a crash left only the draft", async () => {
  await using temporary = new TemporaryDirectory();
  await Deno.writeTextFile(join(temporary.path, "secret.new"), "half");
  assert.equal((await generatedSecret(temporary.path, randomBytes)).length, 64);
});

Deno.test("generatedSecret() refuses a damaged one without printing it", async () => {
  await using temporary = new TemporaryDirectory();
  await Deno.writeTextFile(join(temporary.path, "secret"), "hush\n");
  await assert.rejects(
    generatedSecret(temporary.path, randomBytes),
    (error) =>
      error instanceof SettingsError && /is damaged/.test(error.message) && !/hush/.test(error.message),
  );
});
