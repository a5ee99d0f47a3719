import assert from "node:assert/strict";
import { FaultyProxy } from "./faulty_proxy.ts";

/** A server that gives back what it gets. */
function echo(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async (): Promise<void> => {
    for await (const conn of listener) {
      conn.readable.pipeTo(conn.writable).catch(() => {});
    }
  })();
  return listener;
}

async function through(text: string, conn: Deno.TcpConn): Promise<string> {
  await conn.write(new TextEncoder().encode(text));
  return await answer(conn, text.length);
}

async function answer(conn: Deno.TcpConn, length: number): Promise<string> {
  let got = "";
  const buffer = new Uint8Array(1_024);
  while (got.length < length) {
    const read = await conn.read(buffer);
    if (read === null) return `${got} and then the end`;
    got += new TextDecoder().decode(buffer.subarray(0, read));
  }
  return got;
}

function connect(proxy: FaultyProxy): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: proxy.hostname, port: proxy.port });
}

Deno.test("FaultyProxy passes bytes, late, in slices and after a silence", async () => {
  using server = echo();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.addr.port });
  using conn = await connect(proxy);
  assert.equal(await through("one", conn), "one");

  proxy.delay(40);
  const begun = performance.now();
  assert.equal(await through("late", conn), "late");
  assert.ok(performance.now() - begun >= 79, "40 ms each way");
  proxy.heal();

  proxy.slice(3);
  assert.equal(await through("in slices of three", conn), "in slices of three");
  proxy.heal();

  proxy.silence("answered");
  const held = through("held", conn);
  assert.equal(await Promise.race([held, new Promise((done) => setTimeout(done, 50, "nothing"))]), "nothing");
  proxy.heal();
  assert.equal(await held, "held");
});

Deno.test("FaultyProxy ends connections, refuses them, and takes them again", async () => {
  using server = echo();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: server.addr.port });
  using first = await connect(proxy);
  assert.equal(await through("a", first), "a");
  proxy.cut();
  assert.match(await answer(first, 1).catch(() => "and then the end"), /the end$/);
  using second = await connect(proxy);
  assert.equal(await through("b", second), "b");
  proxy.refuse();
  using third = await connect(proxy);
  assert.match(await answer(third, 1).catch(() => "and then the end"), /the end$/);
  proxy.heal();
  using fourth = await connect(proxy);
  assert.equal(await through("c", fourth), "c");
  assert.equal(proxy.accepted, 4);
});

Deno.test("FaultyProxy ends a connection whose target is not there", async () => {
  const gone = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  gone.close();
  await using proxy = FaultyProxy.before({ hostname: "127.0.0.1", port: gone.addr.port });
  using conn = await connect(proxy);
  assert.match(await answer(conn, 1).catch(() => "and then the end"), /the end$/);
});
