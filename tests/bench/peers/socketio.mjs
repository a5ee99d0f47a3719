/**
 * What `peers/gorilla` does, on Socket.IO for Node.js, over WebSocket alone:
 *
 *     node socketio.mjs PORT NODE_MODULES
 *
 * It hands each message to the recipient's socket and acknowledges it by Socket.IO's own acknowledgements; it checks
 * and stores nothing.
 *
 * @module
 */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { argv } from "node:process";

const [port, modules] = argv.slice(2);
const { Server } = createRequire(`${modules}/`)("socket.io");

const members = new Map();
let seq = 0;

const http = createServer();
const server = new Server(http, { transports: ["websocket"], serveClient: false });
server.on("connection", (socket) => {
  const name = socket.handshake.query.u;
  members.set(name, socket);
  socket.on("disconnect", () => {
    if (members.get(name) === socket) members.delete(name);
  });
  socket.on("message", ({ type, id, to, content }, acknowledge) => {
    if (type !== "message" || !to || !id) return;
    const stamp = { seq: ++seq, at: Date.now() };
    members.get(to)?.emit("message", { type, id, from: name, to, content, ...stamp });
    acknowledge({ type: "ack", id, ...stamp });
  });
});
http.listen(Number(port), "127.0.0.1");
