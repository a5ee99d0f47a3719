/**
 * The program in release mode behind a real proxy, as people reach it.
 *
 * @module
 */
import { z } from "zod";
import { FrontProxy, type FrontProxyOptions } from "../../support/front_proxy.ts";
import { PROXIES, type ProxyName } from "../../support/proxies.ts";
import { type RunningServer, startServer } from "../../support/server.ts";
import { freePort } from "../../support/server_process.ts";

/** Where everybody connects from: not the proxy's own address, which is trusted. */
export const OUTSIDE = "127.0.0.2";

const SignedIn = z.object({ data: z.object({ id: z.number(), token: z.string(), session_id: z.string() }) });
const Invites = z.object({ data: z.object({ invites: z.array(z.object({ link: z.url() })) }) });
const PASSWORD = "a walk along the canal";

/** Somebody who signed in. */
export type Person = z.infer<typeof SignedIn>["data"];

/** A request; the body is sent as JSON. */
export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs it for every proxy at once. Rejects, when all have ended, where one failed. */
export async function withEach<T>(run: (name: ProxyName) => Promise<T>): Promise<readonly T[]> {
  const running = PROXIES.map(run);
  // What the others have open is theirs to close.
  await Promise.allSettled(running);
  return await Promise.all(running);
}

/** A proxy, the server behind it, and a client from outside. */
export class Site implements AsyncDisposable {
  readonly proxy: FrontProxy;
  readonly server: RunningServer;
  /** What the server was started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Connects from {@link OUTSIDE}, and trusts the proxy's certificate. */
  readonly client: Deno.HttpClient;
  readonly #owned: AsyncDisposableStack;

  private constructor(parts: Pick<Site, "proxy" | "server" | "env" | "client">, owned: AsyncDisposableStack) {
    this.proxy = parts.proxy;
    this.server = parts.server;
    this.env = parts.env;
    this.client = parts.client;
    this.#owned = owned;
  }

  /** Starts both. */
  static async open(name: ProxyName, instead: FrontProxyOptions["instead"] = []): Promise<Site> {
    await using owned = new AsyncDisposableStack();
    const upstream = freePort();
    const proxy = owned.use(await FrontProxy.start(name, { upstream, instead }));
    const env = {
      CHAT_PUBLIC_URL: proxy.url.origin,
      CHAT_TRUST_PROXY: "127.0.0.1",
      CHAT_BCRYPT_COST: "10",
    };
    const server = owned.use(
      await startServer({ mode: "release", env, args: ["--port", String(upstream)] }),
    );
    const client = owned.use(
      Deno.createHttpClient({ caCerts: [proxy.certificate.text], localAddress: OUTSIDE }),
    );
    return new Site({ proxy, server, env, client }, owned.move());
  }

  /** Asks through the proxy. */
  async fetch(path: string, { method, body, token, headers = {} }: Asked = {}): Promise<Response> {
    return await fetch(new URL(path, this.proxy.url), {
      client: this.client,
      redirect: "manual",
      method: method ?? (body === undefined ? "GET" : "POST"),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  }

  /** Asks through the proxy, and answers what came. Rejects where it is a refusal. */
  async ask(path: string, asked: Asked = {}): Promise<unknown> {
    const answer = await this.fetch(path, asked);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  /** Registers somebody by a link and signs in. */
  async join(username: string, link: string): Promise<Person> {
    const invite = /#invite=(\S+)/.exec(link)?.[1];
    const person = { username, email: `${username}@example.com`, password: PASSWORD, invite };
    await this.ask("/api/v1/auth/register", { body: person });
    return await this.signIn(username);
  }

  /** Signs in. */
  async signIn(username: string, headers: Readonly<Record<string, string>> = {}): Promise<Person> {
    const body = { username, password: PASSWORD };
    return SignedIn.parse(await this.ask("/api/v1/auth/login", { body, headers })).data;
  }

  /** The owner, by the link that the start printed, and somebody by a link of the owner. */
  async people(): Promise<readonly [owner: Person, member: Person]> {
    const owner = await this.join("olive_owner", this.server.stdout());
    const { token } = owner;
    const made = Invites.parse(await this.ask("/api/v1/invites", { body: {}, token }));
    return [owner, await this.join("mia_member", made.data.invites[0]?.link ?? "")];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}
