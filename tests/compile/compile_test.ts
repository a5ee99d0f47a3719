import assert from "node:assert/strict";
import { ROOT } from "../support/paths.ts";
import { runQuietly } from "../support/run.ts";
import { call, codeIn, connect, Invites, join } from "./people.ts";
import { buildInto, start } from "./place.ts";

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
  await test.step("several isolates take connections, and know session and message", async () => {
    await using server = await start(place, { CHAT_WORKERS: "2" });
    // Where each goes is chance; that all of these go to one is not to be reckoned with.
    for (let socket = 0; socket < 12; socket++) {
      await using client = await connect(server, token);
      const sync = await client.ask({ type: "sync", data: {} });
      assert.match(JSON.stringify(sync.data), /out of the box/);
    }
    assert.equal(await server.stop("SIGTERM"), 0);
  });
  await test.step("the hardened transport is inside, and knows session and message", async () => {
    await using server = await start(place, { CHAT_TRANSPORT: "hardened" });
    await using client = await connect(server, token);
    const sync = await client.ask({ type: "sync", data: {} });
    assert.match(JSON.stringify(sync.data), /out of the box/);
    assert.equal(await server.stop("SIGTERM"), 0);
  });
  await test.step("it serves the page and every module that the page names", async () => {
    await using server = await start(place);
    const page = await fetch(server.url);
    const html = await page.text();
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const named = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path = ""]) => path);
    assert.ok(named.some((path) => path.startsWith("/joined/app.")), html);
    for (const path of named) {
      const file = await fetch(new URL(path, server.url));
      const bytes = await file.bytes();
      assert.equal(file.status, 200, path);
      if (!path.endsWith(".png")) continue;
      assert.deepEqual(bytes, await Deno.readFile(new URL(`static${path}`, ROOT)), path);
    }
  });
  await test.step("it tells its version", async () => {
    const [program = "", ...args] = place.command;
    assert.match(await runQuietly(program, [...args, "--version"]), /^go-chat \d+\.\d+\.\d+$/m);
  });
});
