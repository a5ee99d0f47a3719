/**
 * The running program: requests into the application, frames over sockets, and bytes that are neither.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Memory } from "../../support/memory.ts";
import { HANDSHAKE, RawSocket } from "../../support/raw_socket.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { frameText } from "../frames.ts";
import { mutated } from "../mutations.ts";
import { bytesOf, type Input, type OpenTarget, type Target } from "../target.ts";

/** Inputs at work at a time. */
const AT_ONCE = 16;
/** An answer, or the end of a connection, comes within this, in ms. */
const PATIENCE_MS = 100;
/** The same where what it is matters, in ms. */
const LONG_PATIENCE_MS = 10_000;
const HOST = "localhost:8080";
const NO_LIMITS = { CHAT_LIMIT_FRAMES: "0", CHAT_LIMIT_MESSAGES: "0", CHAT_LIMIT_CONNECTIONS: "0" };

/** A running program that must live, serve others and log no error. */
async function serving(
  feed: (server: RunningServer, inputs: readonly Input[]) => Promise<void>,
): Promise<OpenTarget> {
  const server = await startServer({ env: NO_LIMITS });
  const memory = await Memory.of(server.pid);
  return {
    feed: async (inputs) => {
      await feed(server, inputs);
      const health = await fetch(new URL("/healthz", server.url));
      await health.body?.cancel();
      assert.equal(health.status, 200);
      assert.doesNotMatch(server.stderr(), /"level":"(?:ERROR|FATAL)"/);
    },
    status: async (input) => {
      const answer = await answerTo(server, input, LONG_PATIENCE_MS);
      const status = /^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1];
      return status === undefined ? null : Number(status);
    },
    memory: () => memory.now(),
    [Symbol.asyncDispose]: async () => {
      await using ann = await SocketClient.as(server.url, 1);
      const { data } = await ann.ask({ type: "private", to_user_id: 2, content: "and it still works" });
      assert.equal(data?.["status"], "stored");
      await ann[Symbol.asyncDispose]();
      assert.equal(await server.stop(), 0);
    },
  };
}

/** Frames of somebody who is welcome, each answered as documented. */
export const SOCKETS: Target = {
  name: "sockets",
  share: 0.2,
  inputs: frameText,
  open: () =>
    serving(async (server, inputs) => {
      await using client = await SocketClient.as(server.url, 1);
      for (let from = 0; from < inputs.length; from += 4) {
        // Ten wrong ones in a row close; a right one is behind each few.
        for (const input of inputs.slice(from, from + 4)) client.send(String(input));
        await client.ask({ type: "heartbeat", id: crypto.randomUUID() });
        for (const { type, data } of client.frames) {
          if (type === "error") assert.ok(Number(data?.["code"]) < 500, JSON.stringify(data));
        }
        client.frames.length = 0;
      }
    }),
};

function request(head: string, body = ""): Uint8Array {
  return bytesOf(`${head} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${body}`);
}

const LOGIN = '{"username":"nobody","password":"nothing"}';
const UPGRADE = Object.entries(HANDSHAKE).map(([name, value]) => `${name}: ${value}\r\n`).join("");
const REQUESTS = [
  request("GET /healthz", "\r\n"),
  request("GET /api/v1/users?q=a&limit=5&user_id=1", "Cookie: session=a.b.c\r\n\r\n"),
  request(
    "GET /api/v1/conversations/1-2/messages?user_id=1&before_seq=3",
    "Accept-Language: zh;q=0.5\r\n\r\n",
  ),
  request("POST /api/v1/auth/login", `Content-Length: ${LOGIN.length}\r\n\r\n${LOGIN}`),
  request(
    "POST /api/v1/messages?user_id=1",
    'Transfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n',
  ),
  bytesOf(`GET /ws?user_id=3&username=x HTTP/1.1\r\nHost: ${HOST}\r\n${UPGRADE}\r\n`),
];

/** Heads and bodies as bytes: answered by no 5xx, or by the end of the connection. */
export const BYTES: Target = {
  name: "bytes",
  share: 0.05,
  inputs: fc.oneof({ weight: 9, arbitrary: mutated(REQUESTS) }, {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 100 }),
  }),
  open: () =>
    serving(async (server, inputs) => {
      for (let from = 0; from < inputs.length; from += AT_ONCE) {
        await Promise.all(inputs.slice(from, from + AT_ONCE).map((input) => writeRaw(server, input)));
      }
    }),
};

async function writeRaw(server: RunningServer, input: Input): Promise<void> {
  assert.doesNotMatch(await answerTo(server, input), /^HTTP\/1\.[01] 5(?!03)/);
}

async function answerTo({ url }: RunningServer, input: Input, ms: number = PATIENCE_MS): Promise<string> {
  await using socket = await RawSocket.dial(url);
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  await socket.write(bytes).catch(() => {});
  const late = Promise.withResolvers<string>();
  // What is not whole is waited for: the answer comes with the rest, or never.
  const timer = setTimeout(() => late.resolve(""), ms);
  const answer = await Promise.race([socket.read().catch(() => ""), late.promise]);
  clearTimeout(timer);
  return answer;
}
