/** The set of compose.yaml from packages of this machine: with its commands, its accounts and their few rights. */
import assert from "node:assert/strict";
import { z } from "zod";
import { composeService } from "../../support/compose.ts";
import { FerretServer } from "../../support/ferretdb.ts";
import { createDatabaseOn, MariadbServer } from "../../support/mariadb.ts";
import { ROOT } from "../../support/paths.ts";
import { connect as connectRedis, end, RedisServer } from "../../support/redis.ts";
import { programCommand, type RunningServer, startServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";

const SECRETS = Object.fromEntries(
  ["CHAT_SECRET", "MYSQL_PASSWORD", "MONGODB_PASSWORD", "MONGODB_ROOT_PASSWORD", "REDIS_PASSWORD"]
    .map((name) => [name, crypto.randomUUID().replaceAll("-", "")]),
);
const PASSWORD = "a password of some length";

/** The three databases, and the environment that finds them on this machine. */
interface Databases extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** What Redis would not do for the program. */
  refused(): Promise<unknown>;
}

/** An account that may only ask what was refused. */
const WATCHER = ["--user", "watcher", "on", "nopass", "+acl|log", "+info"];

async function startDatabases(): Promise<Databases> {
  const owned = new AsyncDisposableStack();
  try {
    const [mysql, redis] = [await composeService("mysql", SECRETS), await composeService("redis", SECRETS)];
    const mariadb = owned.use(await MariadbServer.start(mysql.command));
    await addUser(mariadb, mysql.environment);
    const cache = owned.use(await RedisServer.start({ args: [...redis.command.slice(1), ...WATCHER] }));
    const mongo = owned.use(await FerretServer.start());
    const { environment } = await composeService("go-chat", SECRETS);
    const here = (address: string): string =>
      address.replace("@mysql:3306/", `@127.0.0.1:${mariadb.port}/`)
        .replace("@redis:6379/", `@127.0.0.1:${cache.port}/`)
        // FerretDB knows no accounts.
        .replace(/\/\/[^@]*@mongodb:27017\//, `//127.0.0.1:${mongo.port}/`);
    const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, here(value)]));
    return {
      env,
      async refused(): Promise<unknown> {
        const client = connectRedis({ ...cache.place, username: "watcher", password: "any" });
        const entries = await client.call("ACL", "LOG");
        await end(client);
        return entries;
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}

/** Does what the image does on an empty volume. */
async function addUser(server: MariadbServer, env: Readonly<Record<string, string>>): Promise<void> {
  const { MYSQL_DATABASE: name = "", MYSQL_USER: user = "", MYSQL_PASSWORD: password = "" } = env;
  const work = await createDatabaseOn((database) => server.place(database));
  await work.run(
    `create database \`${name}\``,
    `create user '${user}'@'%' identified by '${password}'`,
    `grant all on \`${name.replaceAll("_", "\\_")}\`.* to '${user}'@'%'`,
  );
  await work[Symbol.asyncDispose]();
}

const SignIn = z.object({ data: z.object({ id: z.number(), token: z.string() }) });
const Invites = z.object({ data: z.object({ invites: z.array(z.object({ link: z.string() })) }) });

async function call<T>(
  server: RunningServer,
  path: string,
  { body, token, form }: { readonly body: unknown; readonly token?: string; readonly form: z.ZodType<T> },
): Promise<T> {
  const response = await fetch(new URL(`/api/v1${path}`, server.url), {
    method: "POST",
    body: JSON.stringify(body),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${path} answered ${text}`);
  return form.parse(JSON.parse(text));
}

async function join(
  server: RunningServer,
  username: string,
  link: string,
): Promise<z.infer<typeof SignIn>["data"]> {
  const invite = /#invite=([\w.-]+)/.exec(link)?.[1];
  const body = { username, password: PASSWORD, email: `${username}@example.org`, invite };
  await call(server, "/auth/register", { body, form: z.unknown() });
  return (await call(server, "/auth/login", { body, form: SignIn })).data;
}

async function connect(server: RunningServer, token: string): Promise<SocketClient> {
  const client = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
  await client.next("welcome");
  return client;
}

/** Runs the command of the image's HEALTHCHECK, from the checkout and at this port, and answers whether it is well. */
async function isHealthy(server: RunningServer): Promise<boolean> {
  const file = await Deno.readTextFile(new URL("Dockerfile", ROOT));
  const found = /^HEALTHCHECK[^\n]*\\\n\s+CMD (\[.*\])$/m.exec(file)?.[1] ?? "[]";
  const [image, ...command] = z.array(z.string()).parse(JSON.parse(found));
  assert.deepEqual([image, command], ["go-chat", ["healthcheck"]]);
  const [program = "", ...first] = programCommand(server.dataDir);
  const args = [...first, ...command, "--port", server.url.port];
  const { success } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output();
  return success;
}

Deno.test("The program does everything with the databases, accounts and rights of compose.yaml", async (test) => {
  await using databases = await startDatabases();
  const { env } = databases;
  let people: readonly z.infer<typeof SignIn>["data"][] = [];
  await test.step("two people register by invites and pass a message, and nothing is complained of", async () => {
    await using server = await startServer({ mode: "release", env });
    const owner = await join(server, "owner_ann", server.stdout());
    const options = { body: { uses: 1 }, token: owner.token, form: Invites };
    const { invites } = (await call(server, "/invites", options)).data;
    const member = await join(server, "member_bob", invites[0]?.link ?? "");
    await using first = await connect(server, owner.token);
    await using second = await connect(server, member.token);
    const stored = await first.ask({ type: "private", to_user_id: member.id, content: "Hello World" });
    assert.equal(stored.data?.["status"], "stored");
    assert.equal((await second.next("private")).content, "Hello World");
    const ready = await fetch(new URL("/readyz", server.url));
    assert.equal(ready.status, 200, await ready.text());
    assert.equal(await isHealthy(server), true);
    people = [owner, member];
    assert.equal(await server.stop("SIGTERM"), 0);
    assert.equal(await isHealthy(server), false);
    const said = server.stderr().split("\n").filter((line) => /warn|error|fatal/i.test(line));
    assert.deepEqual(said.filter((line) => !EXPECTED.test(line)), []);
    for (const secret of Object.values(SECRETS)) {
      assert.ok(!`${server.stdout()}${server.stderr()}`.includes(secret), "no secret is told");
    }
  });
  await test.step("two instances work together, know the sessions, and pass messages on", async () => {
    await using one = await startServer({ mode: "release", env });
    await using other = await startServer({ mode: "release", env });
    await using first = await connect(one, people[0]?.token ?? "");
    await using second = await connect(other, people[1]?.token ?? "");
    await first.ask({ type: "private", to_user_id: people[1]?.id ?? 0, content: "across" });
    await second.next((frame) => frame.type === "private" && frame.content === "across");
    const { data } = await second.ask({ type: "sync", data: {} });
    assert.match(JSON.stringify(data), /Hello World/);
  });
  await test.step("Redis refused it nothing", async () => {
    assert.deepEqual(await databases.refused(), []);
  });
});

/** What any run of this test says: the runtime, and that addresses on this machine are on plain http. */
const EXPECTED = /Permissions in the config file/;
