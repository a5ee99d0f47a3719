/** The whole life of the executable, from an empty directory of a user without rights to a restored backup. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { Ended } from "../support/program.ts";
import type { RunningServer } from "../support/server.ts";
import type { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { sendContext } from "./context.ts";
import { call, codeIn, connect, Invites, join, signIn } from "./people.ts";
import { buildInto, command, type Place, start } from "./place.ts";

/** The version after this one: its schema has one more migration. */
const NEXT = "0.99.0";

/** Compiles what this program may be next, and puts it beside `place` as `go-chat.next`. */
async function buildNext(place: Place): Promise<void> {
  await using directory = await TemporaryDirectory.make();
  const tree = directory.at("src");
  await sendContext(tree);
  await edit(`${tree}/deno.json`, /"version": "[^"]+"/, `"version": "${NEXT}"`);
  await edit(
    `${tree}/db/sql/migrations.ts`,
    /(allMigrations[^]*?return \{)/,
    `$1
    "9999_next": { up: (db) => db.schema.createTable("next").addColumn("x", "integer").execute() },`,
  );
  await using next = await buildInto(tree);
  await Deno.copyFile(`${next.directory}/go-chat`, `${place.directory}/go-chat.next`);
}

async function edit(path: string, from: RegExp, to: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  assert.match(text, from);
  await Deno.writeTextFile(path, text.replace(from, to));
}

function ok({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** What somebody's store holds of a conversation, oldest first. */
async function textsOf(client: SocketClient, to: number): Promise<readonly unknown[]> {
  const { data } = await client.ask({ type: "history", to_user_id: to, data: { limit: 100 } });
  const messages = data?.["messages"] as {
    readonly content: string;
    readonly data: { readonly seq: number };
  }[];
  return messages.toSorted((one, other) => one.data.seq - other.data.seq).map(({ content }) => content);
}

/** Doctor says nothing that it calls a fault. */
async function isHealthy(place: Place, server: RunningServer | null, data?: string): Promise<void> {
  const env = server === null ? {} : { CHAT_PORT: server.url.port, CHAT_HOST: "127.0.0.1" };
  const where = data === undefined ? {} : { data };
  const Findings = z.object({ findings: z.array(z.object({ level: z.string(), seen: z.string() })).min(5) });
  const said: unknown = JSON.parse(ok(await command(place, ["doctor", "--json"], { env, ...where })));
  assert.deepEqual(Findings.parse(said).findings.filter(({ level }) => level === "fault"), []);
}

Deno.test("The executable lives: install, invite, chat, backup, upgrade, way back, restore", async (test) => {
  await using place = await buildInto();
  await buildNext(place);
  const { directory } = place;
  const texts: string[] = [];
  let epoch: unknown;
  let [owner, member] = [{ id: 0, token: "" }, { id: 0, token: "" }];

  await test.step("the first start makes its directory, a secret and an owner's link", async () => {
    assert.equal((await command(place, ["healthcheck"], { env: { CHAT_PORT: "1" } })).code, 1);
    await using server = await start(place);
    const { mode } = await Deno.stat(`${directory}/data`);
    assert.equal((mode ?? 0) & 0o777, 0o700);
    assert.doesNotMatch(server.stderr(), /could not be given up/, "It touches no file any more");
    owner = await join(server, "owner_ann", codeIn(server.stdout()));
    ok(await command(place, ["healthcheck", "--port", server.url.port]));
    await isHealthy(place, server);
    const made = await command(place, ["invite", "create", "--json"]);
    member = await join(server, "member_bob", codeIn(ok(made)));
    const { invites } = await call(server, "/api/v1/invites", {
      body: { uses: 1 },
      token: owner.token,
      data: Invites,
    });
    assert.equal(invites.length, 1);
    await using ann = await connect(server, owner.token);
    await using bob = await connect(server, member.token);
    epoch = welcomed(ann);
    for (const content of ["hello", "what was acknowledged"]) {
      const { data } = await ann.ask({ type: "private", to_user_id: member.id, content });
      assert.equal(data?.["status"], "stored");
      assert.equal((await bob.next("private")).content, content);
      texts.push(content);
    }
    ok(await command(place, ["backup", `${directory}/chat.backup`]));
    await ann.ask({ type: "private", to_user_id: member.id, content: "after the backup" });
    assert.equal(await server.stop("SIGTERM"), 0);
  });

  await test.step("the next version brings the store to its schema, and people go on where they were", async () => {
    await Deno.rename(`${directory}/go-chat`, `${directory}/go-chat.before`);
    await Deno.rename(`${directory}/go-chat.next`, `${directory}/go-chat`);
    assert.match(ok(await command(place, ["version"])), new RegExp(NEXT));
    ok(await command(place, ["migrate"]));
    await using server = await start(place);
    await using ann = await connect(server, owner.token);
    assert.equal(welcomed(ann), epoch, "nobody has to fetch anything anew");
    assert.deepEqual(await textsOf(ann, member.id), [...texts, "after the backup"]);
    await isHealthy(place, server);
    assert.equal(await server.stop("SIGTERM"), 0);
  });

  await test.step("the version before refuses the new schema, and changes nothing", async () => {
    await Deno.rename(`${directory}/go-chat`, `${directory}/go-chat.next`);
    await Deno.rename(`${directory}/go-chat.before`, `${directory}/go-chat`);
    const { code, stderr } = await command(place, ["migrate"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /9999_next/);
  });

  await test.step("its backup goes into an empty directory, and has all that was acknowledged before", async () => {
    ok(await command(place, ["backup", "--verify", `${directory}/chat.backup`]));
    ok(await command(place, ["restore", `${directory}/chat.backup`], { data: "restored" }));
    const listed = JSON.parse(ok(await command(place, ["user", "list", "--json"], { data: "restored" })));
    assert.match(JSON.stringify(listed), /owner_ann.*member_bob/);
    await isHealthy(place, null, "restored");
    await using server = await start(place, {}, "restored");
    const { token } = await signIn(server, "owner_ann");
    await using ann = await connect(server, token);
    assert.notEqual(welcomed(ann), epoch, "clients drop what they remember");
    assert.deepEqual(await textsOf(ann, member.id), texts);
    assert.equal(await server.stop("SIGTERM"), 0);
  });
});

function welcomed(client: SocketClient): unknown {
  const epoch = client.frames.find(({ type }) => type === "welcome")?.data?.["epoch"];
  assert.equal(typeof epoch, "string");
  return epoch;
}
