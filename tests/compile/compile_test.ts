import assert from "node:assert/strict";
import { z } from "zod";
import { compilerFromEnvironment } from "../support/compiler.ts";
import { runQuietly } from "../support/run.ts";
import { say } from "../support/say.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { build } from "./build.ts";

/** The user and group that own nothing. */
const NOBODY = 65_534;
const PASSWORD = "a password of some length";

/** A directory outside of the checkout with nothing in it but the executable. Whoever runs it owns it. */
interface Place extends AsyncDisposable {
  readonly directory: string;
  readonly command: readonly string[];
}

async function buildInto(): Promise<Place> {
  const directory = await Deno.makeTempDir({ prefix: "go-chat-executable-" });
  const end = (): Promise<void> => Deno.remove(directory, { recursive: true });
  try {
    const output = `${directory}/go-chat`;
    const begun = performance.now();
    await build({ output, ...compilerFromEnvironment() });
    const { size } = await Deno.stat(output);
    say(`compiled in ${seconds(begun)} s: ${(size / 1e6).toFixed(1)} MB`);
    if (Deno.uid() !== 0) return { directory, command: [output], [Symbol.asyncDispose]: end };
    await Deno.chown(directory, NOBODY, NOBODY);
    const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", output];
    return { directory, command: asNobody, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(2);
}

async function start(place: Place): Promise<RunningServer> {
  const begun = performance.now();
  const server = await startServer({
    command: place.command,
    mode: "release",
    dataDir: `${place.directory}/data`,
    cwd: place.directory,
    env: { HOME: "/nonexistent", DENO_DIR: "/nonexistent" },
  });
  say(`listening after ${seconds(begun)} s`);
  return server;
}

/** Calls the API and answers `data`. */
async function call<T>(
  server: RunningServer,
  path: string,
  options: { readonly body: unknown; readonly token?: string; readonly data: z.ZodType<T> },
): Promise<T> {
  const response = await fetch(new URL(path, server.url), {
    method: "POST",
    body: JSON.stringify(options.body),
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${path} answered ${text}`);
  return z.object({ data: options.data }).parse(JSON.parse(text)).data;
}

const SignIn = z.object({ id: z.number(), token: z.string() });
const Registered = z.object({ id: z.number(), role: z.string() });
const Invites = z.object({ invites: z.array(z.object({ link: z.string() })) });

function codeIn(text: string): string {
  const code = /#invite=([\w.-]+)/.exec(text)?.[1];
  assert.ok(code !== undefined, `There is no invite in ${text}`);
  return code;
}

async function join(
  server: RunningServer,
  username: string,
  invite: string,
): Promise<z.infer<typeof SignIn> & z.infer<typeof Registered>> {
  const person = { username, email: `${username}@example.com`, password: PASSWORD, invite };
  const { role } = await call(server, "/api/v1/auth/register", { body: person, data: Registered });
  return { role, ...await signIn(server, username) };
}

function signIn(server: RunningServer, username: string): Promise<z.infer<typeof SignIn>> {
  return call(server, "/api/v1/auth/login", { body: { username, password: PASSWORD }, data: SignIn });
}

async function connect(server: RunningServer, token: string): Promise<SocketClient> {
  const client = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
  await client.next("welcome");
  return client;
}

Deno.test("The executable serves page and chat away from the checkout, as a user who owns nothing else", async (test) => {
  await using place = await buildInto();
  let token = "";
  await test.step("two people register by invites and pass a message", async () => {
    await using server = await start(place);
    const owner = await join(server, "owner_ann", codeIn(server.stdout()));
    assert.equal(owner.role, "owner");
    const { invites } = await call(server, "/api/v1/invites", {
      body: { uses: 1 },
      token: owner.token,
      data: Invites,
    });
    const member = await join(server, "member_bob", codeIn(invites[0]?.link ?? ""));
    assert.equal(member.role, "member");
    await using first = await connect(server, owner.token);
    await using second = await connect(server, member.token);
    const stored = await first.ask({ type: "private", to_user_id: member.id, content: "out of the box" });
    assert.equal(stored.data?.["status"], "stored");
    assert.equal((await second.next("private")).content, "out of the box");
    token = member.token;
    assert.equal(await server.stop("SIGTERM"), 0);
  });
  await test.step("started again on the same data, it knows session and message", async () => {
    await using server = await start(place);
    await using client = await connect(server, token);
    const sync = await client.ask({ type: "sync", data: {} });
    assert.match(JSON.stringify(sync.data), /out of the box/);
  });
  await test.step("it serves the page and every module that the page names", async () => {
    await using server = await start(place);
    const page = await fetch(server.url);
    const html = await page.text();
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    for (const [, path = ""] of html.matchAll(/(?:src|href)="([^"#]+\.(?:js|css|svg|webmanifest))"/g)) {
      const file = await fetch(new URL(path, server.url));
      await file.body?.cancel();
      assert.equal(file.status, 200, path);
    }
  });
  await test.step("it tells its version", async () => {
    const [program = "", ...args] = place.command;
    assert.match(await runQuietly(program, [...args, "--version"]), /^go-chat \d+\.\d+\.\d+$/m);
  });
});
