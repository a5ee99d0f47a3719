/**
 * The library as others get it: one file with its types beside it, and the modules that each server serves.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { buildClientLibrary } from "../support/client_library.ts";
import { runQuietly } from "../support/run.ts";
import { startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const Answer = z.object({ seq: z.number(), heard: z.string() });

/** Two people who exchange a message: a program with every kind of use, checked and run. */
function program(library: string, url: URL): string {
  return `import { type ClientMemory, connect, type Message, SendError } from ${JSON.stringify(library)};
const values = new Map<string, unknown>();
const memory: ClientMemory = {
  get: (key) => values.get(key),
  set: (key, value) => void values.set(key, value),
  keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
};
const url = ${JSON.stringify(url.href)};
await using ann = connect({ url, debug: { userId: 1, username: "ann" }, memory });
await using bob = connect({ url, debug: { userId: 2, username: "bob" } });
const heard = new Promise<Message>((resolve) => bob.on("message", resolve));
const { seq } = await ann.send(2, "hello");
const { text } = await heard;
const error = await ann.send(1, "me").catch((reason: unknown) => reason);
if (!(error instanceof SendError) || error.word !== "to_oneself") throw error;
console.log(JSON.stringify({ seq, heard: text }));
`;
}

/** Checks and runs it; nothing that an earlier run fetched is used. */
async function runProgram(directory: TemporaryDirectory, text: string): Promise<z.infer<typeof Answer>> {
  const path = await directory.write("program.ts", text);
  const args = [
    "run",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--check",
    "--allow-net",
    "--allow-import",
    path,
  ];
  const env = { DENO_DIR: directory.at("cache") };
  return Answer.parse(JSON.parse(await runQuietly(Deno.execPath(), args, { env })));
}

Deno.test({
  name: "The library as one file is typed, and works for a program that has nothing else",
  // The bundler is a program of its own: its pipes end after it.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(): Promise<void> {
    await using server = await startServer();
    await using directory = await TemporaryDirectory.make();
    await buildClientLibrary(directory.path);
    const answer = await runProgram(directory, program("./go-chat-client.js", server.url));
    assert.deepEqual(answer, { seq: 1, heard: "hello" });
  },
});

Deno.test("The library of a running server is imported by its address", async () => {
  await using server = await startServer();
  await using directory = await TemporaryDirectory.make();
  const library = new URL("/core/client.js", server.url);
  // The server serves no types: those of a copy serve.
  const types = new URL("../../static/core/client.d.ts", import.meta.url);
  const text = `// @ts-types="${types.href}"\n${program(library.href, server.url)}`;
  assert.deepEqual(await runProgram(directory, text), { seq: 1, heard: "hello" });
});
