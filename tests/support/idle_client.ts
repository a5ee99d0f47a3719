/**
 * A client that connects and does nothing more, as a process of its own that a test may stop.
 *
 *     deno run --allow-net=127.0.0.1 tests/support/idle_client.ts 'ws://127.0.0.1:8080/ws?user_id=1&username=x'
 *
 * @module
 */
import { say } from "./say.ts";

const socket = new WebSocket(Deno.args[0] ?? "");
// The first frame, as the server then knows of the client too.
socket.addEventListener("message", () => say("welcome"), { once: true });
