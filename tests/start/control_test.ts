/** Commands of an administrator, with and without a running server. */
import assert from "node:assert/strict";
import { z } from "zod";
import { capture, within } from "../support/process.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { type Ended, runProgram } from "../support/program.ts";
import { programCommand, startServer } from "../support/server.ts";
import { statusOf } from "../support/status.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const User = z.object({
  id: z.number(),
  username: z.string(),
  email: z.string(),
  role: z.enum(["owner", "member"]),
  status: z.enum(["active", "disabled"]),
  last_seen: z.iso.datetime().nullable(),
}).strict();
const Created = z.object({ user: User, password: z.string().min(16) }).strict();
const Changed = z.object({ user: User }).strict();
const Listed = z.object({ users: z.array(User), has_more: z.boolean() }).strict();
const Reset = z.object({ user: User, password: z.string().min(16), sessions_ended: z.number() }).strict();
const Invite = z.object({
  id: z.string(),
  link: z.url(),
  role: z.literal("member"),
  uses_left: z.number(),
  expires_at: z.iso.datetime(),
}).strict();
const Sessions = z.object({
  user: User,
  sessions: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      address: z.string(),
      created_at: z.iso.datetime(),
      last_used_at: z.iso.datetime(),
    }).strict(),
  ),
}).strict();
const SignedIn = z.object({ data: z.object({ token: z.string() }) });

function run(dataDir: string, ...args: readonly string[]): Promise<Ended> {
  return runProgram({ dataDir, args: [...args] });
}

async function json<T>(schema: z.ZodType<T>, dataDir: string, ...args: readonly string[]): Promise<T> {
  const ended = await run(dataDir, ...args, "--json");
  assert.equal(ended.code, 0, ended.stderr);
  return schema.parse(JSON.parse(ended.stdout));
}

async function signIn(url: URL, username: string, password: string): Promise<string> {
  const body = JSON.stringify({ username, password });
  const answer = await fetch(new URL("/api/v1/auth/login", url), { method: "POST", body });
  return SignedIn.parse(await answer.json()).data.token;
}

async function statusWith(url: URL, token: string): Promise<number> {
  return await statusOf(new URL("/api/v1/user/me", url), {
    headers: { Authorization: `Bearer ${token}` },
  });
}

/** Opens a socket; the promise inside settles with the code of its close. */
async function openSocket(url: URL, token: string): Promise<Promise<number>[]> {
  const socket = new WebSocket(url, ["go-chat", `bearer.${token}`]);
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  await new Promise<void>((resolve, reject) => {
    socket.onmessage = () => resolve();
    socket.onerror = () => reject(new Error("The socket did not open"));
  });
  return [closed];
}

/** The life of some accounts, by commands alone. */
async function manage(dataDir: string): Promise<void> {
  const ann = await json(Created, dataDir, "user", "create", "ann", "--email", "ann@example.com");
  assert.equal(ann.user.role, "owner");
  const bob = await json(Created, dataDir, "user", "create", "bob", "--email", "bob@example.com");
  assert.equal(bob.user.role, "member");
  const taken = await run(dataDir, "user", "create", "BOB", "--email", "else@example.com");
  assert.deepEqual([taken.code, taken.stdout, taken.lines], [1, "", ["The username is taken"]]);
  const page = await json(Listed, dataDir, "user", "list", "--limit", "1");
  assert.deepEqual([page.users.map((one) => one.username), page.has_more], [["ann"], true]);
  const found = await json(Listed, dataDir, "user", "list", "--search", "bo");
  assert.deepEqual(found.users.map((one) => one.username), ["bob"]);
  const last = await run(dataDir, "user", "disable", "ann");
  assert.deepEqual([last.code, last.lines], [1, ["The last active owner must stay one"]]);
  assert.equal(
    (await json(Changed, dataDir, "user", "role", "bob", "--role", "owner")).user.role,
    "owner",
  );
  const byMail = await json(Changed, dataDir, "user", "disable", "ann@example.com");
  assert.equal(byMail.user.status, "disabled");
  const byId = await json(Changed, dataDir, "user", "enable", String(ann.user.id));
  assert.equal(byId.user.status, "active");
  const nobody = await run(dataDir, "user", "enable", "nobody");
  assert.deepEqual([nobody.code, nobody.lines], [1, ["There is no such user"]]);
  const args = ["invite", "create", "--uses", "3", "--expires", "2d"];
  const { invite } = await json(z.object({ invite: Invite }), dataDir, ...args);
  assert.equal(invite.uses_left, 3);
  const Invites = z.object({ invites: z.array(Invite) });
  assert.deepEqual((await json(Invites, dataDir, "invite", "list")).invites, [invite]);
  await json(z.object({ id: z.literal(invite.id) }), dataDir, "invite", "revoke", invite.id);
  assert.deepEqual((await json(Invites, dataDir, "invite", "list")).invites, []);
  assert.deepEqual((await json(Sessions, dataDir, "sessions", "list", "bob")).sessions, []);
}

Deno.test("accounts and invites are managed without a running server", async () => {
  await using directory = await TemporaryDirectory.make();
  await manage(directory.path);
});

Deno.test("a mistyped data directory is named with 2, and not made", async () => {
  await using directory = await TemporaryDirectory.make();
  const mistyped = directory.at("dta");
  for (const words of [["user", "list"], ["invite", "create"], ["migrate"]]) {
    const { code, stderr } = await run(mistyped, ...words);
    assert.equal(code, 2, words.join(" "));
    assert.ok(stderr.includes(`there is no data directory at ${JSON.stringify(mistyped)}`), stderr);
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(directory.path)), []);
});

for (const workers of ["1", "2"]) {
  Deno.test(`accounts and invites are managed beside a server of ${workers} isolates, and it hears of it`, async () => {
    await using server = await startServer({
      mode: "release",
      env: { CHAT_WORKERS: workers, CHAT_REGISTRATION: "open" },
    });
    const { dataDir, url } = server;
    const { mode = 0 } = await Deno.lstat(`${dataDir}/control.sock`);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    await manage(dataDir);
    const reset = await json(Reset, dataDir, "user", "reset-password", "bob");
    const token = await signIn(url, "bob", reset.password);
    assert.equal(await statusWith(url, token), 200);
    assert.equal((await json(Sessions, dataDir, "sessions", "list", "bob")).sessions.length, 1);
    const ended = z.object({ user: User, ended: z.literal(1) }).strict();
    await json(ended, dataDir, "sessions", "end", "bob");
    assert.equal(await statusWith(url, token), 401);
    const again = await signIn(url, "bob", reset.password);
    const [closed = Promise.resolve(0)] = await openSocket(server.socketUrl, again);
    await json(Changed, dataDir, "user", "disable", "bob");
    assert.equal(await within(2_000, closed, "The socket stayed open"), 4503);
    assert.equal(await statusWith(url, again), 401);
    assert.ok(!server.stderr().includes(reset.password) && !server.stderr().includes("#invite="));
    assert.equal((await run(dataDir, "healthcheck", "--port", url.port)).code, 0);
    assert.equal(await server.stop(), 0);
    assert.equal((await run(dataDir, "healthcheck", "--port", url.port)).code, 1);
  });
}

Deno.test("what changed by command is in the log, and who did it", async () => {
  await using server = await startServer({ args: ["--mode", "release"] });
  await json(Created, server.dataDir, "user", "create", "ann", "--email", "ann@example.com");
  await server.waitForLog(/The command line created the account/);
});

Deno.test("the socket goes with its server, and one that was left is replaced", async () => {
  await using directory = await TemporaryDirectory.make();
  const { path } = directory;
  const socket = `${path}/control.sock`;
  {
    await using killed = await startServer({ dataDir: path });
    await killed.kill();
  }
  assert.ok((await Deno.lstat(socket)).isSocket);
  // The command finds nobody there, and opens the store itself.
  assert.deepEqual((await json(Listed, path, "user", "list")).users, []);
  await using server = await startServer({ dataDir: path });
  assert.deepEqual((await json(Listed, path, "user", "list")).users, []);
  assert.equal(await server.stop(), 0);
  await assert.rejects(Deno.lstat(socket), Deno.errors.NotFound);
});

Deno.test("a store in use without a socket is told of with 2", async () => {
  await using server = await startServer();
  await Deno.remove(`${server.dataDir}/control.sock`);
  const ended = await run(server.dataDir, "user", "list");
  assert.deepEqual([ended.code, ended.stdout], [2, ""]);
  assert.match(ended.stderr, /another Go Chat is using it/);
});

Deno.test("commands at once all get their answers", async () => {
  await using server = await startServer();
  const names = ["ann", "bob", "eve"];
  await Promise.all(
    names.map((name) =>
      json(Created, server.dataDir, "user", "create", name, "--email", `${name}@example.com`)
    ),
  );
  const { users } = await json(Listed, server.dataDir, "user", "list");
  assert.deepEqual(users.map((one) => one.username).sort(), names);
});

const HOSTILE: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>, answer: RegExp])[] = [
  ["no JSON", text("hello\n"), /"refused"/],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00, 0x0a]), /"refused"/],
  ["an unknown operation", text('{"operation":"constructor","input":{}}\n'), /"refused"/],
  ["a wrong input", text('{"operation":"user list","input":{"limit":1e9}}\n'), /"refused"/],
  ["a line without end", text("x".repeat(70_000)), /^$/],
];
for (const [name, bytes, expected] of HOSTILE) {
  Deno.test(`the control socket bears ${name}`, async () => {
    await using server = await startServer();
    {
      using connection = await Deno.connect({ transport: "unix", path: `${server.dataDir}/control.sock` });
      // The server may end it before all is written.
      await connection.write(bytes).catch(() => 0);
      const answer = new Uint8Array(1_000);
      const count = await connection.read(answer).catch(() => null);
      assert.match(new TextDecoder().decode(answer.subarray(0, count ?? 0)), expected);
    }
    assert.deepEqual((await json(Listed, server.dataDir, "user", "list")).users, []);
  });
}

function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

Deno.test("a data directory whose path is too long for a socket still serves, and says so", async () => {
  await using directory = await TemporaryDirectory.make();
  const path = `${directory.path}/${"long".repeat(25)}`;
  await using server = await startServer({ dataDir: path });
  await server.waitForLog(/Commands cannot reach this server while it runs: .+ a shorter data directory/);
});

Deno.test("migrate says what it ran, and then that there is nothing", async () => {
  await using directory = await TemporaryDirectory.make();
  const Migrated = z.object({ migrated: z.array(z.string()), schema: z.string() }).strict();
  const first = await json(Migrated, directory.path, "migrate");
  assert.equal(first.migrated.at(-1), first.schema);
  assert.deepEqual((await json(Migrated, directory.path, "migrate")).migrated, []);
  assert.match((await run(directory.path, "migrate")).stdout, /^nothing to migrate: the schema is /);
  await using _server = await startServer({ dataDir: directory.path });
  assert.equal((await run(directory.path, "migrate")).code, 2);
});

Deno.test("a password may come from standard input", async () => {
  await using directory = await TemporaryDirectory.make();
  const [program = "", ...first] = programCommand(directory.path);
  const args = ["user", "create", "ann", "--email", "ann@example.com", "--password-stdin", "--json"];
  const child = new Deno.Command(program, {
    args: [...first, ...args, "--data", directory.path],
    cwd: fromFileUrl(ROOT),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(text("a walk along the canal\n"));
  await writer.close();
  const { stdout, code } = await child.output();
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)).password, null);
  await using server = await startServer({ dataDir: directory.path, mode: "release" });
  await signIn(server.url, "ann", "a walk along the canal");
});

Deno.test("bash completes commands, commands of commands, and flags", async () => {
  const { stdout } = await runProgram({ args: ["completion", "bash"] });
  const script = `${stdout}
reply() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _go_chat; echo "\${COMPREPLY[*]}"; }
reply go-chat us
reply go-chat user dis
reply go-chat --data x invite create --us`;
  const child = capture({ program: "bash", args: ["-c", script], env: {}, cwd: "/" });
  assert.equal((await child.exited).code, 0, child.stderr());
  assert.equal(child.stdout(), "user\ndisable\n--uses\n");
});
