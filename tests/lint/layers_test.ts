import assert from "node:assert/strict";
import layers, { refuse } from "./layers.ts";
import { homeOf, ROOT } from "./places.ts";

function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(layers, ROOT + path, source).map((found) => `${found.id}: ${found.message}`);
}

const ALLOWED: readonly (readonly [string, string])[] = [
  ["main.ts", "./routes/mod.ts"],
  ["main.ts", "./db/open.ts"],
  ["main.ts", "hono"],
  ["main.ts", "./routes/isolates/main_isolate.ts"],
  ["routes/isolates/worker.ts", "../../db/open.ts"],
  ["routes/isolates/worker.ts", "../server/instance.ts"],
  ["routes/auth.ts", "@hono/zod-openapi"],
  ["routes/auth.ts", "../realtime/mod.ts"],
  ["routes/auth.ts", "../db/users.ts"],
  ["routes/accounts/password.ts", "bcryptjs"],
  ["realtime/chat.ts", "../db/messages.ts"],
  ["realtime/chat.ts", "zod"],
  ["db/open.ts", "./sql/mod.ts"],
  ["db/sql/messages.ts", "../messages.ts"],
  ["db/sql/messages.ts", "node:sqlite"],
  ["static/views/thread.js", "../core/store.js"],
  ["static/core/store.js", "../vendor/signals.js"],
  ["static/device/cache.js", "../core/cache.js"],
  ["static/app.js", "/views/thread.js"],
  ["docs/examples/bot.js", "../../static/core/client.js"],
];

const REFUSED: readonly (readonly [string, string])[] = [
  ["routes/auth.ts", "../main.ts"],
  ["routes/isolates/worker.ts", "../../main.ts"],
  ["routes/isolates/worker.ts", "../../deno.json"],
  ["routes/auth.ts", "./isolates/orders.ts"],
  ["db/isolates/link.ts", "../local/bus.ts"],
  ["routes/auth.ts", "../db/open.ts"],
  ["routes/auth.ts", "../db/sql/users.ts"],
  ["routes/auth.ts", "../tests/support/server.ts"],
  ["routes/auth.ts", "bcryptjs"],
  ["realtime/chat.ts", "../routes/errors.ts"],
  ["realtime/chat.ts", "hono"],
  ["realtime/chat.ts", "npm:hono@4"],
  ["realtime/chat.ts", "../db/sql/messages.ts"],
  ["db/messages.ts", "../realtime/limits.ts"],
  ["db/messages.ts", "./sql/messages.ts"],
  ["db/messages.ts", "node:sqlite"],
  ["db/sql/messages.ts", "../mongodb/messages.ts"],
  ["db/redis/bus.ts", "mongodb"],
  ["static/core/store.js", "../views/thread.js"],
  ["static/device/cache.js", "../views/thread.js"],
  ["static/core/store.js", "../device/cache.js"],
  ["static/app.js", "../realtime/frames.ts"],
  ["static/app.js", "zod"],
  ["docs/examples/bot.js", "../../static/core/feed.js"],
  ["docs/examples/bot.js", "../../realtime/frames.ts"],
  ["main.ts", "./docs/examples/bot.js"],
  ["routes/auth.ts", "../docs/examples/bot.js"],
];

Deno.test("refuse() lets every arrow of the design pass", () => {
  for (const [from, to] of ALLOWED) assert.equal(refuse(homeOf(from), to), null, `${from} -> ${to}`);
});

Deno.test("refuse() gives a reason for every other arrow", () => {
  for (const [from, to] of REFUSED) assert.notEqual(refuse(homeOf(from), to), null, `${from} -> ${to}`);
});

Deno.test("layers/imports reports static, dynamic, type and re-exported imports alike", () => {
  const sources = [
    `import { open } from "../db/sql/sqlite/store.ts";`,
    `import type { Open } from "../db/sql/sqlite/store.ts";`,
    `export { open } from "../db/sql/sqlite/store.ts";`,
    `export * from "../db/sql/sqlite/store.ts";`,
    `const { open } = await import("../db/sql/sqlite/store.ts");`,
  ];
  for (const source of sources) assert.equal(lint("realtime/chat.ts", source).length, 1, source);
});

Deno.test("layers/imports lets tests import anything", () => {
  assert.deepEqual(lint("realtime/chat_test.ts", `import { open } from "../db/sql/sqlite/store.ts";`), []);
  assert.deepEqual(lint("tests/http/auth_test.ts", `import { createApp } from "../../routes/mod.ts";`), []);
});

Deno.test("layers/places keeps Deno.env, Deno.upgradeWebSocket and JSON.parse in their one file", () => {
  assert.equal(lint("routes/auth.ts", `Deno.env.get("CHAT_PORT");`).length, 1);
  assert.equal(lint("routes/socket.ts", `Deno.upgradeWebSocket(request);`).length, 1);
  assert.equal(lint("realtime/chat.ts", `JSON.parse(text);`).length, 1);
  assert.deepEqual(lint("main.ts", `Deno.env.get("CHAT_PORT");`), []);
  assert.deepEqual(lint("realtime/socket.ts", `Deno.upgradeWebSocket(request);`), []);
  assert.deepEqual(lint("realtime/codec.ts", `JSON.parse(text);`), []);
  assert.deepEqual(lint("db/sql/messages.ts", `JSON.parse(column);`), []);
});

Deno.test("layers/page keeps the document out of static/core and sockets out of static/views", () => {
  assert.equal(lint("static/core/store.js", `document.title = "x";`).length, 1);
  assert.equal(lint("static/core/store.js", `x instanceof HTMLInputElement;`).length, 1);
  assert.equal(lint("static/views/thread.js", `new WebSocket("/ws");`).length, 1);
  assert.deepEqual(lint("static/core/store.js", `const state = { document: 1 }; state.document;`), []);
  assert.deepEqual(lint("static/views/thread.js", `document.title = "x";`), []);
});

Deno.test("layers/page-types lets JSDoc take types from realtime/frames.ts and no other file of the server", () => {
  const source = (path: string): string => `/** @import { Frame } from "${path}" */\nexport const x = 1;`;
  assert.deepEqual(lint("static/core/store.js", source("../../realtime/frames.ts")), []);
  assert.deepEqual(lint("static/core/store.js", source("./other.js")), []);
  assert.equal(lint("static/core/store.js", source("../../db/model.ts")).length, 1);
});
