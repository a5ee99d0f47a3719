/**
 * What `peers/gorilla` does, on the server that is built into Bun (uWebSockets inside):
 *
 *     bun bun.mjs PORT
 *
 * It hands each message to the recipient's socket and acknowledges it to the sender; it checks and stores nothing.
 *
 * @module
 */
import { argv } from "node:process";

/* global Bun */
const [port] = argv.slice(2);

const members = new Map();
let seq = 0;

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  fetch: (request, server) => {
    const name = new URL(request.url).searchParams.get("u");
    return server.upgrade(request, { data: { name } }) ? undefined : new Response(null, { status: 426 });
  },
  websocket: {
    open: (socket) => {
      members.set(socket.data.name, socket);
    },
    close: (socket) => {
      if (members.get(socket.data.name) === socket) members.delete(socket.data.name);
    },
    message: (socket, text) => {
      const { type, id, to, content } = JSON.parse(text);
      if (type !== "message" || !to || !id) return;
      const stamp = { seq: ++seq, at: Date.now() };
      members.get(to)?.send(JSON.stringify({ type, id, from: socket.data.name, to, content, ...stamp }));
      socket.send(JSON.stringify({ type: "ack", id, ...stamp }));
    },
  },
});
