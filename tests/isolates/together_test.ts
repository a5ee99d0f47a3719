/** Two isolates of one program at one port: what people in one see of those in the other. */
import assert from "node:assert/strict";
import { openAs, startTwo } from "../support/isolates.ts";
import { runProgram } from "../support/program.ts";
import { fromFileUrl, ROOT } from "../support/paths.ts";
import { SocketClient } from "../support/socket_client.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("people in two isolates chat: stored, ordered, receipts and typing cross", async () => {
  await using server = await startTwo();
  await using ann = await openAs(server, 0, 1, { protocols: ["go-chat"] });
  await using bob = await openAs(server, 1, 2, { protocols: ["go-chat"] });
  await using annsPhone = await openAs(server, 1, 1);
  for (let n = 1; n <= 20; n++) {
    ann.send({ type: "private", id: `a${n}`, "to_user_id": 2, content: `a${n}` });
    bob.send({ type: "private", id: `b${n}`, "to_user_id": 1, content: `b${n}` });
  }
  for (const [socket, count] of [[ann, 20], [bob, 20], [annsPhone, 40]] as const) {
    for (let n = 0; n < count; n++) await socket.next("private");
    const seqs = socket.frames.filter(({ type }) => type === "private").map(({ data }) =>
      Number(data?.["seq"])
    );
    assert.deepEqual(seqs, seqs.toSorted((a, b) => a - b));
    assert.equal(new Set(seqs).size, count);
  }
  const acknowledged = ann.frames.filter(({ type }) => type === "read");
  assert.deepEqual(new Set(acknowledged.map(({ data }) => data?.["status"])), new Set(["stored"]));
  bob.send({ type: "typing", "to_user_id": 1 });
  assert.equal((await ann.next("typing")).from_user_id, 2);
  bob.send({ type: "read", "to_user_id": 1, data: { seq: 40 } });
  const receipt = await ann.next((frame) => frame.type === "receipt" && frame.data?.["read_seq"] === 40);
  assert.equal(receipt.from_user_id, 2);
});

Deno.test("who is online is the same in each isolate, once a person", async () => {
  await using server = await startTwo();
  await using ann = await openAs(server, 0, 1);
  const bob = await openAs(server, 1, 2);
  await ann.next((frame) => frame.type === "join" && frame.data?.["user_id"] === 2);
  // Rosters go from one to the other: what the list has not, a join tells.
  if (!bob.frames.some((frame) => frame.type === "user_list" && /"user_id":1,/.test(JSON.stringify(frame)))) {
    await bob.next((frame) => frame.type === "join" && frame.data?.["user_id"] === 1);
  }
  const bobsPhone = await openAs(server, 0, 2);
  await bob[Symbol.asyncDispose]();
  await bobsPhone[Symbol.asyncDispose]();
  await ann.next((frame) => frame.type === "leave" && frame.data?.["user_id"] === 2);
  const told = ann.frames.filter((frame) => /join|leave/.test(frame.type) && frame.data?.["user_id"] === 2);
  assert.deepEqual(told.map(({ type }) => type), ["join", "leave"]);
});

Deno.test("the limit on a person's connections holds over isolates: the oldest is closed, wherever it is", async () => {
  await using server = await startTwo({ env: { CHAT_LIMIT_CONNECTIONS: "2" } });
  // Where a socket goes is chance: that three of each person share an isolate, and so its own count, is none.
  for (let userId = 1; userId <= 10; userId++) {
    const oldest = await SocketClient.as(server.url, userId);
    await using second = await SocketClient.as(server.url, userId);
    await using third = await SocketClient.as(server.url, userId);
    assert.equal((await oldest.closed).code, 4509);
    await second.settled();
    await third.settled();
  }
});

Deno.test("the limit on a person's messages holds over isolates", async () => {
  const burst = 100;
  await using server = await startTwo({ env: { CHAT_LIMIT_MESSAGES: `1/${burst}` } });
  await using desk = await openAs(server, 0, 1);
  await using phone = await openAs(server, 1, 1);
  const send = async (from: SocketClient): Promise<boolean> =>
    (await from.ask({ type: "private", "to_user_id": 2, content: "x" })).type !== "error";
  for (let n = 0; n < burst; n++) assert.ok(await send(desk));
  // By itself the phone's isolate would take all of these. It hears of the last ones 20 ms later.
  let taken = 0;
  while (taken < burst && await send(phone)) taken++;
  assert.ok(taken < burst / 2, `${taken} taken`);
});

Deno.test("/metrics of any isolate tells of all, and /readyz answers for all", async () => {
  await using server = await startTwo();
  await using ann = await openAs(server, 0, 1);
  await using bob = await openAs(server, 1, 2);
  await ann.settled();
  await bob.settled();
  for (let n = 0; n < 8; n++) {
    // Each of these is a connection of its own, to either isolate.
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const text = await (await fetch(new URL("/metrics", server.url), { client })).text();
    assert.match(text, /^chat_connections 2$/m);
    assert.match(text, /^chat_other_instances 0$/m);
    assert.equal(text.match(/^# TYPE chat_hash_workers gauge$/mg)?.length, 1);
    const ready = await fetch(new URL("/readyz", server.url), { client });
    assert.equal(ready.status, 200, await ready.text());
  }
});

Deno.test("a port that somebody has is refused as with one isolate", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using directory = await TemporaryDirectory.make();
  const ended = await runProgram({
    dataDir: directory.path,
    args: ["--host", "127.0.0.1", "--port", `${taken.addr.port}`],
    env: { CHAT_WORKERS: "2" },
  });
  assert.equal(ended.code, 2, ended.stderr);
  assert.match(ended.lines.join("\n"), /CHAT_PORT cannot be \d+ .* is in use/);
});

Deno.test("isolates that may not read the program are refused with a command that works", async () => {
  await using directory = await TemporaryDirectory.make();
  const checkout = fromFileUrl(ROOT);
  const access = [`--allow-read=${directory.path}`, `--allow-write=${directory.path}`];
  const command = [Deno.execPath(), "run", "-P", "--no-prompt", ...access, `${checkout}/main.ts`];
  const env = { CHAT_WORKERS: "2" };
  const ended = await runProgram({ command, args: ["--data", directory.path], env });
  assert.equal(ended.code, 2, ended.stderr);
  assert.match(ended.lines[0] ?? "", /Cannot start: CHAT_WORKERS .* is outside what this task may read/);
  assert.ok(ended.lines[0]?.includes(`--allow-read=${directory.path},`), ended.stderr);
});
