import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { startServer } from "../support/server.ts";
import { statusOf } from "../support/status.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const Service = z.object({
  image: z.string().regex(/^[\w./-]+:[\w.]+$/),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

async function compose(): Promise<z.infer<typeof Compose>> {
  return Compose.parse(parse(await Deno.readTextFile(new URL("compose.yaml", ROOT))));
}

Deno.test("compose.yaml starts one instance alone, and the databases only when asked", async () => {
  const { services } = await compose();
  assert.deepEqual(Object.keys(services), ["go-chat", "mysql", "mongodb", "redis"]);
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual(service.profiles, name === "go-chat" ? undefined : ["later"], name);
  }
});

Deno.test("compose.yaml keeps everything durable on named volumes", async () => {
  const { services, volumes } = await compose();
  for (const service of Object.values(services)) {
    for (const mount of service.volumes) {
      const [source = ""] = mount.split(":");
      assert.ok(source === "." || source in volumes, mount);
    }
  }
});

Deno.test("compose.yaml has Redis write to disk and throw nothing away", async () => {
  const command = (await compose()).services["redis"]?.command?.join(" ") ?? "";
  assert.match(command, /--appendonly yes/);
  assert.match(command, /--maxmemory-policy noeviction/);
});

Deno.test("compose.yaml waits longer than the program takes to end", async () => {
  const grace = (await compose()).services["go-chat"]?.stop_grace_period ?? "";
  assert.ok(Number.parseInt(grace) > 10 && grace.endsWith("s"));
});

Deno.test("compose.yaml runs a command that starts the program", async () => {
  const { "go-chat": chat } = (await compose()).services;
  await using directory = await TemporaryDirectory.make();
  const here = (word: string): string =>
    word.replace("/app", fromFileUrl(ROOT)).replaceAll(/(?<=[=,])\/data/g, directory.path);
  const settings = Object.entries(chat?.environment ?? {});
  await using server = await startServer({
    command: [Deno.execPath(), ...(chat?.command ?? []).map(here)],
    dataDir: directory.path,
    mode: "release",
    // The defaults of `${NAME:-default}`.
    env: Object.fromEntries(settings.map(([name, value]) => [name, /:-(.*)\}$/.exec(value)?.[1] ?? value])),
  });
  assert.equal(await statusOf(new URL("/healthz", server.url)), 200);
});
