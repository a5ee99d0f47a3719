import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../support/paths.ts";

const Service = z.object({
  image: z.string().regex(/^[\w./-]+:[\w.]+$/).optional(),
  build: z.literal(".").optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.object({})),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

const DATABASES = ["mysql", "mongodb", "redis"] as const;

async function text(): Promise<string> {
  return await Deno.readTextFile(new URL("compose.yaml", ROOT));
}

async function compose(): Promise<z.infer<typeof Compose>> {
  return Compose.parse(parse(await text()));
}

Deno.test("compose.yaml starts the program once the documented databases are healthy", async () => {
  const { services } = await compose();
  assert.deepEqual(Object.keys(services), ["go-chat", ...DATABASES]);
  assert.deepEqual(
    DATABASES.map((name) => services[name]?.image),
    ["mysql:8.4", "mongo:7", "redis:7"],
  );
  for (const name of DATABASES) {
    assert.equal(services["go-chat"]?.depends_on?.[name]?.condition, "service_healthy");
    assert.ok(services[name]?.healthcheck !== undefined, name);
  }
});

Deno.test("compose.yaml has no default for a secret, and tells where to find how to make one", async () => {
  const secrets = [...(await text()).matchAll(/\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}/g)];
  assert.equal(new Set(secrets.map(([, name]) => name)).size, 5);
  for (const [, name, rest] of secrets) {
    assert.equal(rest, ":?is missing, see the first lines of compose.yaml", `${name}`);
  }
});

Deno.test("compose.yaml gives the program no rights but its own database, and nobody from outside a database", async () => {
  const { services, networks, configs } = await compose();
  const urls = services["go-chat"]?.environment ?? {};
  assert.match(urls["CHAT_MYSQL_URL"] ?? "", /^mysql:\/\/go_chat:.*@mysql:3306\/go_chat$/);
  assert.match(urls["CHAT_MONGODB_URL"] ?? "", /^mongodb:\/\/go_chat:.*@mongodb:27017\/go_chat$/);
  assert.match(urls["CHAT_REDIS_URL"] ?? "", /^redis:\/\/go-chat:.*@redis:6379\/0$/);
  assert.match(configs["mongodb_user"]?.content ?? "", /roles: \[\{ role: "readWrite", db: "go_chat" \}\]/);
  assert.match(services["redis"]?.command?.join(" ") ?? "", /--user default off .* -@admin -@dangerous/);
  assert.equal(networks["databases"]?.internal, true);
  for (const name of DATABASES) {
    assert.deepEqual(services[name]?.networks, ["databases"], name);
    assert.equal(services[name]?.ports, undefined, name);
  }
  assert.deepEqual(services["go-chat"]?.cap_drop, ["ALL"]);
  assert.equal(services["go-chat"]?.read_only, true);
});

Deno.test("compose.yaml keeps everything durable on named volumes", async () => {
  const { services, volumes } = await compose();
  for (const service of Object.values(services)) {
    assert.ok(service.volumes.length > 0);
    for (const mount of service.volumes) assert.ok((mount.split(":")[0] ?? "") in volumes, mount);
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

Deno.test("The image runs the executable as a user without rights, and keeps to its volume", async () => {
  const file = await Deno.readTextFile(new URL("Dockerfile", ROOT));
  const last = file.slice(file.lastIndexOf("\nFROM "));
  assert.match(last, /\nUSER 65532:65532\n/);
  assert.match(last, /"--data", "\/data"/);
  const ignored = (await Deno.readTextFile(new URL(".dockerignore", ROOT))).split("\n");
  for (const path of [".*", "data", "config.ini", "config"]) assert.ok(ignored.includes(path), path);
});
