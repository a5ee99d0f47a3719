/**
 * A real nginx or Caddy in front of a server, with its file of docs/deploy/.
 *
 * @module
 */
import { selfSigned } from "./certificate.ts";
import { ROOT } from "./paths.ts";
import { capture, type Captured } from "./process.ts";
import type { ProxyName } from "./proxies.ts";
import { replaced } from "./replaced.ts";
import { freePort, ServerProcess, startAtFreePort } from "./server_process.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";

/** What a proxy is started with. */
export interface FrontProxyOptions {
  /** The server's port on 127.0.0.1. */
  readonly upstream: number;
  /** Words of its file, each with what stands there instead; by default none. */
  readonly instead?: readonly (readonly [was: string, is: string])[];
}

/** Where it listens, and what it is for. */
interface Place {
  readonly directory: TemporaryDirectory;
  readonly port: number;
  readonly plainPort: number;
  readonly upstream: number;
}

/** How one is run. */
interface Kind {
  readonly file: string;
  /** Its file with the addresses and paths of a test. */
  adapt(text: string, place: Place): string;
  /** Files beside it, then the words of its command line. */
  prepare(place: Place): Promise<readonly string[]>;
  /** What it prints once it listens. */
  readonly ready: string;
}

const CERTIFICATE = "cert.pem";
const KEY = "key.pem";

/** A proxy that is listening; it speaks https with a certificate that nobody signed. */
export class FrontProxy extends ServerProcess {
  /** `https://127.0.0.1:PORT/`. */
  readonly url: URL;
  /** Where it speaks http. */
  readonly plainUrl: URL;
  /** The path of its certificate, and the certificate. */
  readonly certificate: { readonly path: string; readonly text: string };

  private constructor(
    started: ConstructorParameters<typeof ServerProcess>[0],
    { plainPort, text }: { readonly plainPort: number; readonly text: string },
  ) {
    super(started);
    this.url = new URL(`https://127.0.0.1:${this.port}/`);
    this.plainUrl = new URL(`http://127.0.0.1:${plainPort}/`);
    this.certificate = { path: started.directory.at(CERTIFICATE), text };
  }

  /** Starts one on free ports; resolves when it takes connections. */
  static async start(name: ProxyName, { upstream, instead = [] }: FrontProxyOptions): Promise<FrontProxy> {
    const kind = KINDS[name];
    const directory = await TemporaryDirectory.make();
    try {
      const { cert, key } = await selfSigned("127.0.0.1");
      await directory.write(CERTIFICATE, cert);
      await directory.write(KEY, key);
      const shipped = await Deno.readTextFile(new URL(`docs/deploy/${kind.file}`, ROOT));
      let plainPort = 0;
      const started = await startAtFreePort(directory, async (port) => {
        plainPort = freePort();
        const place = { directory, port, plainPort, upstream };
        await directory.write(kind.file, kind.adapt(replaced(shipped, instead), place));
        return await spawn(name, await kind.prepare(place), directory);
      });
      return new FrontProxy(started, { plainPort, text: cert });
    } catch (error) {
      await directory[Symbol.asyncDispose]();
      throw error;
    }
  }
}

async function spawn(
  name: ProxyName,
  args: readonly string[],
  directory: TemporaryDirectory,
): Promise<Captured> {
  const child = capture({
    program: name,
    args,
    // Caddy keeps what it knows at home.
    env: { HOME: directory.path, XDG_DATA_HOME: directory.path, XDG_CONFIG_HOME: directory.path },
    cwd: directory.path,
    // nginx has a child that outlives a parent who is killed.
    group: true,
  });
  try {
    await child.waitFor("stderr", KINDS[name].ready);
    return child;
  } catch (error) {
    await child.kill();
    throw error;
  }
}

const KINDS: Readonly<Record<ProxyName, Kind>> = {
  nginx: {
    file: "nginx.conf",
    ready: "start worker process ",
    adapt: (text, { directory, port, plainPort, upstream }) =>
      replaced(text, [
        ["server 127.0.0.1:8080;", `server 127.0.0.1:${upstream};`],
        ["listen 80;", `listen 127.0.0.1:${plainPort};`],
        ["listen 443 ", `listen 127.0.0.1:${port} `],
        // Not every machine has IPv6: another address of this one stands in.
        ["listen [::]:80;", `listen 127.0.0.2:${plainPort};`],
        ["listen [::]:443 ", `listen 127.0.0.2:${port} `],
        ["server_name chat.example.com;", "server_name 127.0.0.1;"],
        ["/etc/letsencrypt/live/chat.example.com/fullchain.pem", directory.at(CERTIFICATE)],
        ["/etc/letsencrypt/live/chat.example.com/privkey.pem", directory.at(KEY)],
      ]),
    async prepare({ directory }): Promise<readonly string[]> {
      // As Debian's own file, which includes conf.d/*.conf within http.
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((word) =>
        `${word}_temp_path ${directory.at(word)};`
      );
      const main = await directory.write(
        "main.conf",
        [
          "daemon off;",
          `pid ${directory.at("pid")};`,
          "error_log stderr notice;",
          // Root's own directory is closed to whom it would become.
          ...(Deno.uid() === 0 ? ["user root;"] : []),
          "events { worker_connections 768; }",
          `http { access_log off; ${temporary.join(" ")} include ${directory.at("nginx.conf")}; }`,
          "",
        ].join("\n"),
      );
      return ["-p", directory.path, "-e", "stderr", "-c", main];
    },
  },
  caddy: {
    file: "Caddyfile",
    ready: "serving initial configuration",
    adapt: (text, { directory, port, plainPort, upstream }) =>
      replaced(text, [
        [
          "\n{\n",
          `\n{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port ${plainPort}\n\thttps_port ${port}\n`,
        ],
        [
          "\nchat.example.com {\n",
          `\n127.0.0.1 {\n\ttls ${directory.at(CERTIFICATE)} ${directory.at(KEY)}\n`,
        ],
        ["reverse_proxy 127.0.0.1:8080 {", `reverse_proxy 127.0.0.1:${upstream} {`],
      ]),
    prepare: ({ directory }) =>
      Promise.resolve(["run", "--adapter", "caddyfile", "--config", directory.at("Caddyfile")]),
  },
};
