/**
 * What `peers/gorilla` does, on the library `ws` for Node.js:
 *
 *     node ws.mjs PORT NODE_MODULES
 *
 * It hands each message to the recipient's socket and acknowledges it to the sender; it checks and stores nothing.
 *
 * @module
 */
import { createRequire } from "node:module";
import { argv } from "node:process";

const [port, modules] = argv.slice(2);
const { WebSocketServer } = createRequire(`${modules}/`)("ws");

const members = new Map();
let seq = 0;

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: false });
server.on("connection", (socket, request) => {
  const name = new URL(request.url, "http://relay").searchParams.get("u");
  members.set(name, socket);
  socket.on("close", () => {
    if (members.get(name) === socket) members.delete(name);
  });
  socket.on("message", (bytes) => {
    const { type, id, to, content } = JSON.parse(bytes.toString());
    if (type !== "message" || !to || !id) return;
    const stamp = { seq: ++seq, at: Date.now() };
    members.get(to)?.send(JSON.stringify({ type, id, from: name, to, content, ...stamp }));
    socket.send(JSON.stringify({ type: "ack", id, ...stamp }));
  });
});
