import assert from "node:assert/strict";
import { join } from "node:path";
import type { TlsTexts } from "../../routes/server/tls.ts";
import { selfSigned } from "../support/certificate.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { certificateAt, openTlsSocket } from "../support/tls_socket.ts";

const RESTART = 1012;
const A_YEAR_MS = 365 * 86_400_000;

/** A server that speaks TLS, and where its certificate is. */
interface Place extends AsyncDisposable {
  readonly server: RunningServer;
  readonly port: number;
  renew(tls: TlsTexts): Promise<void>;
}

async function startWith(tls: TlsTexts, env: Readonly<Record<string, string>> = {}): Promise<Place> {
  await using owned = new AsyncDisposableStack();
  const directory = owned.use(await TemporaryDirectory.make());
  const [cert, key] = [join(directory.path, "cert.pem"), join(directory.path, "key.pem")];
  const write = async (texts: TlsTexts): Promise<void> => {
    await Deno.writeTextFile(cert, texts.cert);
    await Deno.writeTextFile(key, texts.key);
  };
  await write(tls);
  const server = owned.use(
    await startServer({
      dataDir: directory.path,
      env: { CHAT_TLS_CERT: cert, CHAT_TLS_KEY: key, ...env },
    }),
  );
  const all = owned.move();
  return {
    server,
    port: Number(server.url.port),
    renew: async (texts) => {
      await write(texts);
      Deno.kill(server.pid, "SIGHUP");
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

Deno.test("A renewed certificate is taken without a restart, and sockets of the old one come again by 1012", async () => {
  await using place = await startWith(await selfSigned("the first"));
  const { server, port } = place;
  assert.equal(server.url.protocol, "https:");
  assert.equal(await certificateAt(port), "the first");
  using socket = await openTlsSocket(port, "user_id=1&username=ann");
  await place.renew(await selfSigned("the second"));
  assert.equal(await socket.closeCode(), RESTART);
  await server.waitForLog("has the new certificate");
  assert.equal(await certificateAt(port), "the second");
  using again = await openTlsSocket(port, "user_id=1&username=ann");
  assert.equal(again.name, "the second");
  assert.equal(await server.stop(), 0);
});

Deno.test("A certificate that does not fit its key, or has ended, is told once and not taken", async () => {
  await using place = await startWith(await selfSigned("the good one"));
  const { server, port } = place;
  const [one, other] = [await selfSigned("one"), await selfSigned("other")];
  await place.renew({ cert: one.cert, key: other.key });
  await server.waitForLog("the key is that of another certificate");
  await place.renew(await selfSigned("long ago", new Date(Date.now() - A_YEAR_MS)));
  await server.waitForLog("the certificate ended on");
  await place.renew({ cert: "-----BEGIN CERTIFICATE-----\nnothing\n", key: other.key });
  await server.waitForLog("cannot be read as a certificate");
  assert.equal(await certificateAt(port), "the good one");
  await place.renew(other);
  await server.waitForLog("has the new certificate");
  assert.equal(await certificateAt(port), "other");
});

Deno.test("Each isolate takes a renewed certificate", async () => {
  await using place = await startWith(await selfSigned("the first"), { CHAT_WORKERS: "2" });
  const { server, port } = place;
  await place.renew(await selfSigned("the second"));
  await server.waitForLog("has the new certificate");
  // The system gives connections to either.
  for (let tries = 0; tries < 16; tries++) assert.equal(await certificateAt(port), "the second");
});

Deno.test("A port that another program has is refused also where TLS is spoken", async () => {
  await using place = await startWith(await selfSigned("the first"));
  const { port } = place;
  await using directory = await TemporaryDirectory.make();
  const [cert, key] = [directory.at("cert.pem"), directory.at("key.pem")];
  const tls = await selfSigned("the second");
  await Deno.writeTextFile(cert, tls.cert);
  await Deno.writeTextFile(key, tls.key);
  await assert.rejects(
    startServer({
      dataDir: directory.path,
      args: ["--port", String(port)],
      env: { CHAT_TLS_CERT: cert, CHAT_TLS_KEY: key },
    }),
    /is in use/,
  );
});
