import assert from "node:assert/strict";
import { Balancer, type Target } from "./balancer.ts";

/** A server that answers with its name, and says what it was sent. */
function startNamed(name: string): AsyncDisposable & { readonly target: Target } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (request.headers.get("upgrade") === "websocket") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = (event): void => socket.send(`${name} heard ${event.data}`);
      return response;
    }
    return new Response(`${name} ${(await request.text()).length}`);
  });
  return {
    target: { hostname: "127.0.0.1", port: server.addr.port },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function ask(port: number, body: string): Promise<string> {
  const request = { method: "POST", body, headers: { connection: "close" } };
  return await (await fetch(`http://127.0.0.1:${port}/`, request)).text();
}

Deno.test("Balancer hands connections to its targets in turn, and past one that is down", async () => {
  await using a = startNamed("a");
  await using b = startNamed("b");
  const down = { hostname: "127.0.0.1", port: 1 };
  await using balancer = Balancer.listen(
    { hostname: "127.0.0.1", port: 0 },
    () => [a.target, down, b.target],
  );
  const big = "x".repeat(3_000_000);
  const answers = [
    await ask(balancer.port, big),
    await ask(balancer.port, ""),
    await ask(balancer.port, "1"),
  ];
  assert.deepEqual(answers, ["a 3000000", "b 0", "a 1"]);
});

Deno.test("Balancer carries a socket both ways, and its end", async () => {
  await using a = startNamed("a");
  await using balancer = Balancer.listen({ hostname: "127.0.0.1", port: 0 }, () => [a.target]);
  const socket = new WebSocket(`ws://127.0.0.1:${balancer.port}/`);
  const heard = Promise.withResolvers<string>();
  const closed = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()));
  socket.addEventListener("open", () => socket.send("hello"));
  socket.addEventListener("message", (event) => heard.resolve(String(event.data)));
  assert.equal(await heard.promise, "a heard hello");
  socket.close();
  await closed;
});

Deno.test("Balancer closes a connection when nobody is there, and all of them at its end", async () => {
  const nobody = Balancer.listen({ hostname: "127.0.0.1", port: 0 }, () => []);
  const lost = await Deno.connect({ hostname: "127.0.0.1", port: nobody.port });
  assert.equal(await lost.read(new Uint8Array(1)), null);
  lost.close();
  await nobody[Symbol.asyncDispose]();
  await using a = startNamed("a");
  const balancer = Balancer.listen({ hostname: "127.0.0.1", port: 0 }, () => [a.target]);
  const idle = await Deno.connect({ hostname: "127.0.0.1", port: balancer.port });
  await idle.write(new TextEncoder().encode("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n"));
  await balancer[Symbol.asyncDispose]();
  assert.equal(await idle.read(new Uint8Array(1)).catch(() => null), null);
  idle.close();
});
